/** Drop a receipt, learn what it proves: checked in the worker, sent nowhere. */
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type DragEvent } from 'react';
import { useOrganisationNames } from '../api/organisation-names.ts';
import { useWords } from '../i18n/language.ts';
import { proofWords } from '../i18n/proof.ts';
import { usePortal } from '../portal.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { markIcons } from './mark.tsx';
import { ProofPicture } from './picture.tsx';
import { CheckedFacts, CheckedSteps } from './report.tsx';
import './offline-check.css';
import { pinnedTrust, trustFrom } from './trust.ts';

const LIMIT_BYTES = 64 * 1024 * 1024;
const verdicts = { held: 'verified', failed: 'failed', incomplete: 'unchecked' } as const;

export function OfflineCheck() {
  const words = useWords(proofWords);
  const portal = usePortal();
  const announce = useAnnounce();
  const names = useOrganisationNames();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const check = useMutation({
    mutationFn: async (files: readonly File[]) => {
      const large = files.find((file) => file.size > LIMIT_BYTES);
      if (large !== undefined) throw new Error(words['drop.tooBig'](large.name));
      const receipt = files.find((file) => file.name.endsWith('.cbor'));
      if (receipt === undefined) throw new Error(words['drop.notReceipt']);
      const content = files.find((file) => file !== receipt);
      const question = {
        receipt: new Uint8Array(await receipt.arrayBuffer()),
        ...(content === undefined ? {} : { content: new Uint8Array(await content.arrayBuffer()) }),
      };
      // Without a server, the key that this browser saw before; without that the report says that there was none to compare with.
      const alone = await portal.verifier.check(question);
      const trust = await trustFrom({ url: '' }).catch(() => pinnedTrust(alone.facts.chainId));
      const checked = trust === undefined ? alone : await portal.verifier.check({ ...question, trust });
      return { checked, name: receipt.name, content: content?.name, trusted: trust !== undefined };
    },
    onSuccess: ({ checked }) => announce(words[`verdict.${checked.verdict}`]),
  });
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    check.mutate([...event.dataTransfer.files]);
  };
  const found = check.data;
  return (
    <div className="stack">
      <div
        className={`drop ${over ? 'over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <Icon name="file" size={36} />
        <p>{words.drop}</p>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          data-testid="receipt-files"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = '';
            if (files.length > 0) check.mutate(files);
          }}
        />
        <Button onPress={() => input.current?.click()}>{words.dropOr}</Button>
      </div>
      {check.error !== null && (
        <p className="notice harm" role="alert">
          {check.error.message}
        </p>
      )}
      {found === undefined ? (
        <p className="soft">{words['drop.empty']}</p>
      ) : (
        <section className="card stack" data-verdict={found.checked.verdict}>
          <h2 className={`verdict ${verdicts[found.checked.verdict]}`}>
            <Icon name={markIcons[verdicts[found.checked.verdict]]} size={26} />
            <span>{words[`verdict.${found.checked.verdict}`]}</span>
          </h2>
          <p className="soft small">
            {found.name} · {found.content === undefined ? words.withoutContent : words.withContent(found.content)}{' '}
            {found.trusted ? words.trustFrom : words.trustNone}
          </p>
          <div className="checked">
            {found.checked.facts.sentence !== undefined && <p>{found.checked.facts.sentence}</p>}
            <ProofPicture checked={found.checked} />
            <CheckedSteps checked={found.checked} />
          </div>
          <CheckedFacts checked={found.checked} organisation={names.get(found.checked.facts.organisation ?? '')} />
          <p className="soft small">{words.took(found.checked.tookMs.toFixed(1))}</p>
        </section>
      )}
    </div>
  );
}
