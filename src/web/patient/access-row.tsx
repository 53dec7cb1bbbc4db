import { Link } from '@tanstack/react-router';
import type { Session } from '../../contract/network.ts';
import type { Access } from '../../contract/portal.ts';
import { getBytes } from '../api/http.ts';
import { targetOf } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import { Mark } from '../proof/mark.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { save } from '../ui/save.ts';
import { Moment } from '../ui/time.tsx';

export function AccessRow({ access, session }: { readonly access: Access; readonly session: Session }) {
  const words = useWords(patientWords);
  const { who, organisation } = access;
  const refused = access.outcome === 'refused';
  return (
    <article className="card access" data-outcome={access.outcome}>
      <span className="access-who" title={words[`accesses.${who.kind}`]}>
        <Icon name={who.kind === 'person' ? 'person' : 'machine'} size={24} />
        <span className="unseen">{words[`accesses.${who.kind}`]}</span>
      </span>
      <div className="access-main">
        <h2>
          {words['accesses.onBehalf'](who.name, organisation.name)} <span className="soft role">{who.role}</span>
        </h2>
        <p>{access.what}</p>
        <p className="small soft">
          <Moment iso={access.when} />
        </p>
        <dl className="pairs small">
          <dt>{words['accesses.purpose']}</dt>
          <dd>{access.purpose}</dd>
          <dt>{refused ? words['accesses.refusedWhy'] : words['accesses.basis']}</dt>
          <dd>{refused ? (access.refusal ?? access.basis) : access.basis}</dd>
        </dl>
        <div className="row">
          <span className={`pill ${refused ? 'wait' : ''}`}>
            <Icon name={refused ? 'stop' : 'eye'} size={14} />
            {refused ? words['accesses.refused'] : words['accesses.released']}
          </span>
          <Mark proof={access.proof} about={access.what} />
        </div>
        <details className="small">
          <summary>{words['accesses.unexpected']}</summary>
          <div className="stack">
            <p>{words['accesses.unexpectedSteps'](organisation.name)}</p>
            <div className="row">
              <Link to="/patient/sharing" className="button small">
                {words['accesses.toSharing']}
              </Link>
              {access.proof.anchored && (
                <Button
                  small
                  icon="take"
                  onPress={() =>
                    void getBytes(targetOf(session), access.proof.receiptUrl).then((bytes) =>
                      save(`access-${access.sequence}.cbor`, bytes, 'application/cbor'),
                    )
                  }
                >
                  {words['accesses.receipt']}
                </Button>
              )}
            </div>
          </div>
        </details>
      </div>
    </article>
  );
}
