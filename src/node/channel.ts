/** The node's end of the channel between organisations. */
import { ed25519Sign } from '#ed25519';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { certificateAuthority } from '../network/certificates.ts';
import { channelClient, type ChannelClient } from '../network/client.ts';
import { memberDirectory, type Directory } from '../network/directory.ts';
import type { ChannelIdentity } from '../network/identity.ts';
import { leafKeeper } from '../network/leaf-keeper.ts';
import { startChannelServer, type ChannelServer, type Method } from '../network/server.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import type { NodeConfig } from './config.ts';
import { nodeErrors } from './errors.ts';
import { tellRefusals } from './tell-refusals.ts';

export interface Channel {
  readonly directory: Directory;
  readonly client: ChannelClient;
  listen(methods: ReadonlyMap<string, Method>): Promise<Result<ChannelServer>>;
}

export function openChannel(config: NodeConfig, ledger: LedgerClient, keys: OrganisationKeys): Channel {
  const { organisation, now } = config;
  const directory = memberDirectory(ledger);
  const authority = certificateAuthority(organisation.id, keys.tlsSeed);
  const identity: ChannelIdentity = {
    organisation: organisation.id,
    chainId: ledger.chainId,
    sign: (message) => ed25519Sign(keys.ledgerSeed, message),
    authority,
    directory,
    now,
  };
  const leaves = leafKeeper(authority, now);
  return {
    directory,
    client: tellRefusals(channelClient(identity, leaves, config.addresses), config.addresses, now, config.onError),
    async listen(methods) {
      try {
        return ok(
          await startChannelServer(identity, leaves, {
            host: config.channelHost ?? config.host,
            port: config.channelPort,
            methods,
            onError: config.onError,
          }),
        );
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
        return fail(
          codedError(nodeErrors, 'node.port-in-use', {
            message: `Port ${config.channelPort} is in use by another program.`,
            data: { port: config.channelPort },
          }),
        );
      }
    },
  };
}
