/** A report of the verification worker in words: every step, and what the evidence says. */
import { useLanguage, useWords } from '../i18n/language.ts';
import { proofWords } from '../i18n/proof.ts';
import { formatMoment } from '../time/format.ts';
import { Hash } from '../ui/hash.tsx';
import { Icon } from '../ui/icon.tsx';
import type { Checked } from './messages.ts';

const icons = { held: 'check', failed: 'close', unchecked: 'question' } as const;
const tones = { held: 'good', failed: 'harm', unchecked: 'wait' } as const;

export function CheckedSteps({ checked }: { readonly checked: Checked }) {
  const words = useWords(proofWords);
  return (
    <ul className="steps">
      {checked.steps.map((step) => (
        <li key={step.name}>
          <span className={`pill ${tones[step.state]}`}>
            <Icon name={icons[step.state]} size={14} />
            {words[`state.${step.state}`]}
          </span>
          <div>
            <p>{words[`core.${step.name}`]}</p>
            <p className="soft small">{step.detail}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

export function CheckedFacts({ checked, organisation }: { readonly checked: Checked; readonly organisation?: string | undefined }) {
  const words = useWords(proofWords);
  const language = useLanguage();
  const { facts } = checked;
  const number = (value: number): string => value.toLocaleString(language);
  return (
    <dl className="pairs small">
      {facts.organisation !== undefined && (
        <>
          <dt>{words['fact.organisation']}</dt>
          <dd>{organisation ?? facts.organisation}</dd>
        </>
      )}
      {facts.batch !== undefined && facts.batchIndex !== undefined && facts.batchSize !== undefined && (
        <>
          <dt>{words['fact.position']}</dt>
          <dd>{words.positionOf(number(facts.batch), number(facts.batchIndex + 1), number(facts.batchSize))}</dd>
        </>
      )}
      {facts.contentHash !== undefined && (
        <>
          <dt>{words['fact.contentHash']}</dt>
          <dd>
            <Hash value={facts.contentHash} />
          </dd>
        </>
      )}
      {facts.anchoredBy !== undefined && (
        <>
          <dt>{words['fact.anchoredBy']}</dt>
          <dd>
            <Hash value={facts.anchoredBy} />
          </dd>
        </>
      )}
      {facts.transactionHash !== undefined && (
        <>
          <dt>{words['fact.transaction']}</dt>
          <dd>
            <a href={`/explorer/transactions/${facts.transactionHash}`}>
              <code>{facts.transactionHash.slice(0, 8)}…</code>
            </a>
          </dd>
        </>
      )}
      {facts.height !== undefined && (
        <>
          <dt>{words['fact.block']}</dt>
          <dd>
            <a href={`/explorer/blocks/${facts.height}`}>{number(facts.height)}</a>
          </dd>
        </>
      )}
      {facts.blockTime !== undefined && facts.blockTime < 8.64e15 && (
        <>
          <dt>{words['fact.blockTime']}</dt>
          <dd>{formatMoment(new Date(facts.blockTime).toISOString(), { language, seconds: true })}</dd>
        </>
      )}
      {facts.signedBy !== undefined && (
        <>
          <dt>{words['fact.signedBy']}</dt>
          <dd>
            <Hash value={facts.signedBy} />
          </dd>
        </>
      )}
      {facts.validatorSignatures !== undefined && (
        <>
          <dt>{words['fact.validators']}</dt>
          <dd>{number(facts.validatorSignatures)}</dd>
        </>
      )}
      {facts.chainId !== undefined && (
        <>
          <dt>{words['fact.chain']}</dt>
          <dd>
            <code>{facts.chainId}</code>
          </dd>
        </>
      )}
    </dl>
  );
}
