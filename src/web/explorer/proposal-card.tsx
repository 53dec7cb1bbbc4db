import type { GovernanceProposal } from '../../contract/explorer.ts';
import { governanceWords } from '../i18n/governance.ts';
import { useWords } from '../i18n/language.ts';
import { Moment } from '../ui/time.tsx';
import { useActionWords } from './action-words.ts';
import { AtBlock } from './at-block.tsx';
import { Pairs } from './pairs.tsx';

const tones: Readonly<Record<GovernanceProposal['status'], string>> = {
  open: 'accent',
  executed: 'good',
  failed: 'harm',
  rejected: 'harm',
  withdrawn: '',
  expired: 'wait',
};

/** One proposal: what it would do in one sentence, what became of it, who voted how. */
export function ProposalCard({ proposal }: { readonly proposal: GovernanceProposal }) {
  const words = useWords(governanceWords);
  const sentence = useActionWords();
  const { number, proposer, action, status, failure, opened, until, closed, approvals, rejections, votes } = proposal;
  return (
    <article className="card stack proposal" aria-labelledby={`proposal-${number}`}>
      <div className="row spread">
        <h3 id={`proposal-${number}`}>
          <span className="soft">{number}.</span> {sentence(action)}
        </h3>
        <span className={`pill ${tones[status]}`}>{words[`status.${status}`]}</span>
      </div>
      <p>
        {words.count(approvals, rejections)}. {words.by(proposer.name)}, <AtBlock at={opened} />.
      </p>
      {failure !== null && <p>{words.failure(failure)}</p>}
      <Pairs
        rows={[
          closed === null ? [words.until, <Moment key="u" iso={until} />] : [words.decided, <AtBlock key="c" at={closed} />],
          [
            words.votes,
            <ul key="v" className="votes">
              {votes.map(({ organisation, vote, height, time, counts }) => (
                <li key={organisation.id}>
                  <span className={`pill ${vote === 'approve' ? 'good' : 'harm'}`}>{words[vote]}</span> {organisation.name}
                  {!counts && <span className="soft"> ({words.notCounted})</span>}, <AtBlock at={{ height, time }} />
                </li>
              ))}
            </ul>,
          ],
        ]}
      />
    </article>
  );
}
