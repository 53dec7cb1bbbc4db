/** What verification finds in the stored data and in the ledger, as the one report that people and interfaces get. */
import type { Finding, VerificationReport } from '../contract/network.ts';
import type { Damage, StoredReport } from '../records/verify/report.ts';

/** A check of the ledger as it lies on the disk, whatever engine wrote it. */
export interface LedgerCheck {
  readonly blocks: number;
  readonly transactions: number;
  readonly findings: readonly { readonly code: string; readonly message: string; readonly height?: number; readonly offset?: number }[];
  readonly unchecked: readonly string[];
}

const MAX_FINDINGS = 1000;

const recordName = ({ record }: Damage): string | undefined =>
  record && `${record.space === 'own' ? '' : `${record.space}: `}${record.type}/${record.id}/_history/${record.version}`;

function findingOf(damage: Damage): Finding {
  const record = recordName(damage);
  return { code: damage.code, what: damage.what, where: damage.where, ...(record === undefined ? {} : { record }), healable: damage.repair !== 'no' };
}

export function verificationReport(stored: StoredReport, ledger: LedgerCheck | undefined): VerificationReport {
  const ledgerFindings = (ledger?.findings ?? []).map(({ code, message, height, offset }): Finding => ({
    code,
    what: message,
    where: height === undefined ? 'ledger' : `block ${height}${offset === undefined ? '' : ` (byte ${offset} of the block file)`}`,
    healable: false,
  }));
  const findings = [...ledgerFindings, ...stored.damages.map(findingOf)];
  const more = findings.length > MAX_FINDINGS || stored.cut ? ['More findings than are listed here.'] : [];
  return {
    organisation: stored.organisation,
    started: new Date(stored.started).toISOString(),
    finished: new Date(stored.finished).toISOString(),
    holds: findings.length === 0,
    checked: { ...stored.checked, blocks: ledger?.blocks ?? 0, transactions: ledger?.transactions ?? 0 },
    findings: findings.slice(0, MAX_FINDINGS),
    unchecked: [...stored.unchecked, ...(ledger?.unchecked ?? ['The ledger’s blocks.']), ...more],
  };
}
