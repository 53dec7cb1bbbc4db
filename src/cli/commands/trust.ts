/** `careledger trust`: saves what receipts of a ledger are checked against: its genesis and all that has changed since. */
import { toHex } from '../../base/bytes.ts';
import { verifyTrustBundle } from '../../ledger/verify/trust-bundle.ts';
import type { Command } from '../command.ts';
import { tell } from '../evidence.ts';
import { fetchEvidence, requiredFile, save, sourceUrl, urlOption } from '../ledger-source.ts';
import { believed } from '../trust.ts';

export const command: Command = {
  summary: 'Saves a trust bundle: what receipts are checked against, from the genesis to the validators of today.',
  usage: '--out FILE [--url URL | --home DIR] [--genesis FILE]',
  options: {
    out: { type: 'string', value: 'FILE', help: 'where to save it (CBOR)' },
    url: urlOption,
    home: { type: 'string', value: 'DIR', help: 'home of an organisation whose node runs here, instead of --url' },
    genesis: { type: 'string', value: 'FILE', help: 'genesis that is known already: another one is refused' },
  },
  examples: ['trust --out trust.cbor', 'trust --url https://node.example.org --genesis genesis.json --out trust.cbor'],
  async run(context) {
    const out = requiredFile(context);
    const genesis = context.text('genesis');
    const known = genesis === undefined ? undefined : (await believed(genesis, context.dataDirectory)).genesisHash;
    const bundle = await fetchEvidence(context, `${await sourceUrl(context)}/explorer/api/trust`);
    const { report } = verifyTrustBundle(bundle, known);
    const { facts } = report;
    if (report.verdict === 'failed') tell(context, { ...report, file: out, kind: 'trust-bundle', facts: { ...facts } });
    else {
      await save(out, bundle);
      context.say(`${out}: trust in ${facts.chainId}, genesis ${facts.genesisHash && toHex(facts.genesisHash)}`);
      if (known === undefined) context.say('  Compare the genesis with one that you have from somebody else.');
    }
    context.result({
      holds: report.verdict !== 'failed',
      file: out,
      bytes: bundle.length,
      chainId: facts.chainId,
      genesisHash: facts.genesisHash && toHex(facts.genesisHash),
      validators: facts.validators,
      changes: facts.changes,
      previous: facts.previous,
    });
    return report.verdict !== 'failed';
  },
};
