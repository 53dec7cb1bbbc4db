/** The one proof drawer: sentence → picture → every step → raw → receipt → how to check it without us. Open while the URL says so. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import { toHex } from '../../base/bytes.ts';
import { getBytes, type Target } from '../api/http.ts';
import { targetOf, useSession } from '../api/session.ts';
import { useOrganisationNames } from '../api/organisation-names.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { proofWords } from '../i18n/proof.ts';
import { shellWords } from '../i18n/shell.ts';
import { usePortal, useStore } from '../portal.ts';
import { formatMoment } from '../time/format.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { save } from '../ui/save.ts';
import { Snippet } from '../ui/snippet.tsx';
import { checkProof, isTransactionReceipt } from './check.ts';
import './drawer.css';
import { markIcons } from './mark.tsx';
import { ProofPicture } from './picture.tsx';
import { readable } from './readable.ts';
import { CheckedFacts, CheckedSteps } from './report.tsx';
import { markOf, type ProofState } from './state.ts';
import { trustFrom } from './trust.ts';

export function ProofDrawer() {
  const words = useWords(proofWords);
  const shell = useWords(shellWords);
  const { proof, content } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  const session = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    // Left by the back button: closing gives the focus back to what opened it.
    return () => element?.close();
  }, []);
  const close = (): void => {
    if (!new URLSearchParams(location.search).has('proof')) return;
    void navigate({ to: '.', search: (search) => ({ ...search, proof: undefined, content: undefined }), resetScroll: false });
  };
  if (proof === undefined) return null;
  const transaction = isTransactionReceipt(proof);
  const target: Target = transaction || session === undefined ? { url: '' } : targetOf(session);
  return (
    <dialog
      ref={dialog}
      className="drawer"
      aria-labelledby="proof-title"
      onClose={close}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <div className="drawer-body">
        <div className="dialog-head">
          <h2 id="proof-title">{words.title}</h2>
          <button type="button" className="quiet" aria-label={shell.close} onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </div>
        <Story key={proof} target={target} receiptUrl={proof} contentUrl={content} transaction={transaction} />
      </div>
    </dialog>
  );
}

interface StoryProps {
  readonly target: Target;
  readonly receiptUrl: string;
  readonly contentUrl: string | undefined;
  readonly transaction: boolean;
}

function Story({ target, receiptUrl, contentUrl, transaction }: StoryProps) {
  const words = useWords(proofWords);
  const portal = usePortal();
  const announce = useAnnounce();
  const state = useStore(portal.proofs).get(receiptUrl);
  const mark = markOf(state, true);
  const checked = state?.kind === 'checked' ? state.checked : undefined;
  const names = useOrganisationNames();
  const paths = { receiptUrl, ...(contentUrl === undefined ? {} : { contentUrl }) };
  const check = useMutation({
    mutationFn: () => checkProof(portal, target, paths),
    onSuccess: (found: ProofState) => announce(words[`sentence.${markOf(found, true)}`]),
  });
  const sentence = transaction && mark === 'verified' ? words['sentence.transaction'] : words[`sentence.${mark}`];
  return (
    <div className="stack">
      <p className={`verdict ${mark}`}>
        <Icon name={markIcons[mark]} size={26} />
        <span>{check.isPending ? `${words['sentence.checking']} …` : sentence}</span>
      </p>
      {state?.kind === 'uncheckable' && (
        <p>
          {state.code === 'records.not-anchored' ? words.whyNotAnchored : state.why} <code>{state.code}</code>
        </p>
      )}
      {mark === 'failed' && <p>{words.harmNext}</p>}
      <Written checked={state} organisation={checked?.facts.organisation === undefined ? undefined : names.get(checked.facts.organisation)} />
      <div className="row">
        <Button kind="primary" icon="shield" busy={check.isPending} onPress={() => check.mutate()}>
          {state === undefined ? words.verify : words.verifyAgain}
        </Button>
        <Button icon="take" onPress={() => void getBytes(target, receiptUrl).then((bytes) => save('receipt.cbor', bytes, 'application/cbor'))}>
          {words.download}
        </Button>
      </div>
      <ProofPicture checked={checked} transaction={transaction} />
      {checked !== undefined && (
        <>
          <p className="soft small">{words.took(checked.tookMs.toFixed(1))}</p>
          <details>
            <summary>{words.details}</summary>
            <div className="stack">
              <CheckedSteps checked={checked} />
              <CheckedFacts checked={checked} organisation={names.get(checked.facts.organisation ?? '')} />
              <Trusted target={target} />
            </div>
          </details>
          <Raw {...{ target, receiptUrl, contentUrl, transaction }} />
        </>
      )}
      <details>
        <summary>{words.without}</summary>
        <div className="stack">
          <p>{words.withoutText}</p>
          <Snippet code={transaction ? 'npx careledger verify receipt.cbor' : 'npx careledger verify receipt.cbor --content content.json'} />
          {contentUrl !== undefined && !transaction && (
            <div>
              <Button
                small
                icon="take"
                onPress={() => void getBytes(target, contentUrl).then((bytes) => save('content.json', bytes, 'application/json'))}
              >
                {words.downloadContent}
              </Button>
            </div>
          )}
        </div>
      </details>
    </div>
  );
}

function Written({ checked, organisation }: { readonly checked: ProofState | undefined; readonly organisation: string | undefined }) {
  const words = useWords(proofWords);
  const language = useLanguage();
  if (checked?.kind !== 'checked' || checked.checked.verdict !== 'held') return null;
  const { facts } = checked.checked;
  if (facts.blockTime === undefined || facts.organisation === undefined) return null;
  return (
    <p>{words.written(organisation ?? facts.organisation, formatMoment(new Date(facts.blockTime).toISOString(), { language, seconds: true }))}</p>
  );
}

function Trusted({ target }: { readonly target: Target }) {
  const words = useWords(proofWords);
  const language = useLanguage();
  const trust = useQuery({ queryKey: ['trust', target.url], queryFn: () => trustFrom(target) });
  return trust.data === undefined ? null : <p className="soft small">{words.trustSeen(formatMoment(trust.data.seen, { language }))}</p>;
}

function Raw({ target, receiptUrl, contentUrl, transaction }: StoryProps) {
  const words = useWords(proofWords);
  const raw = useMutation({
    mutationFn: async () => ({
      receipt: toHex(await getBytes(target, receiptUrl)),
      content: contentUrl === undefined ? undefined : await getBytes(target, contentUrl),
    }),
  });
  return (
    <details onToggle={(event) => event.currentTarget.open && raw.isIdle && raw.mutate()}>
      <summary>{words.raw}</summary>
      {raw.data !== undefined && (
        <div className="stack">
          {raw.data.content === undefined ? (
            <p>{words['raw.none']}</p>
          ) : (
            <Snippet title={words['raw.content']} code={transaction ? toHex(raw.data.content) : readable(raw.data.content)} />
          )}
          <Snippet title={words['raw.receipt']} code={raw.data.receipt} />
        </div>
      )}
      {raw.error !== null && <p>{raw.error.message}</p>}
    </details>
  );
}
