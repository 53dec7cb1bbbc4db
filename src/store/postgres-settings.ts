/** Settings of the embedded cluster, given on the command line so that no file can drift from them. */

/** Durable (fsync and synchronous commit on), no network, no statement texts in logs: parameters would be health data. */
export function postgresSettings(socketDirectory: string): readonly string[] {
  const settings: Readonly<Record<string, string>> = {
    listen_addresses: '',
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
    max_connections: '60',
    shared_buffers: '128MB',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_compression: 'on',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    jit: 'off',
    work_mem: '16MB',
    maintenance_work_mem: '64MB',
    autovacuum_naptime: '20s',
    log_destination: 'stderr',
    logging_collector: 'off',
    // Above errors: the text of an error may quote the value that caused it. The node gets it as the answer and logs its code.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
