/** Child processes: run to the end, or stand in for one (signals and exit code pass through). */
import { spawn } from 'node:child_process';

/**
 * Runs a command and collects what it prints.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function collect(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: signal ? 1 : (code ?? 1), output: Buffer.concat(chunks).toString() }));
  });
}

/** Runs a command with this terminal; resolves with its exit code. */
export function attached(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/**
 * Stands in for a long-running child: signals go on to it, its exit code comes back. Under `npm` the shell between may die without
 * passing a signal on; then the parent changes, and that counts as being asked to stop.
 */
export function standInFor(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    // A terminal sends Ctrl-C to the whole group: the child has it already, passing it on would count as a second one.
    process.on('SIGINT', () => {
      if (!process.stdin.isTTY) forward('SIGINT');
    });
    process.on('SIGTERM', () => forward('SIGTERM'));
    process.on('SIGHUP', () => forward('SIGTERM'));
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event && process.ppid !== parent) {
        clearInterval(watch);
        forward('SIGTERM');
      }
    }, 1000);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(watch);
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}
