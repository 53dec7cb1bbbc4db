import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { DecodedOperation, TransactionDetail } from '../../contract/explorer.ts';
import { transactionQuery } from '../api/explorer.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import type { explorerEn } from '../i18n/en/explorer.ts';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Hash } from '../ui/hash.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { Moment } from '../ui/time.tsx';
import { Pairs } from './pairs.tsx';

const route = getRouteApi('/explorer/transactions/$hash');

export function TransactionPage() {
  const words = useWords(explorerWords);
  const { hash } = route.useParams();
  const transaction = useQuery(transactionQuery(hash));
  const navigate = useNavigate();
  const path = `/explorer/api/transactions/${hash}`;
  return (
    <Page
      title={words['tx.title']}
      lead={transaction.data === undefined ? undefined : transaction.data.operations.map((operation) => operation.sentence).join('; ')}
      actions={
        <Button
          kind="primary"
          icon="shield"
          onPress={() =>
            void navigate({ to: '.', search: (search) => ({ ...search, proof: `${path}/receipt`, content: `${path}/raw` }), resetScroll: false })
          }
        >
          {words['tx.proof']}
        </Button>
      }
    >
      <Loaded query={transaction}>{(data) => <TransactionView transaction={data} />}</Loaded>
    </Page>
  );
}

function TransactionView({ transaction }: { readonly transaction: TransactionDetail }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  return (
    <div className="stack">
      <section className="card">
        <Pairs
          rows={[
            [words['col.sender'], transaction.sender.name],
            [words['col.time'], <Moment key="t" iso={transaction.time} seconds />],
            [
              words['tx.block'],
              <Link key="b" to="/explorer/blocks/$height" params={{ height: String(transaction.height) }}>
                {transaction.height.toLocaleString(language)}
              </Link>,
            ],
            [words['tx.index'], transaction.logIndex.toLocaleString(language)],
            [words['tx.hash'], <Hash key="h" value={transaction.hash} />],
            [words['tx.expiry'], transaction.expiryHeight.toLocaleString(language)],
            [words['tx.signature'], <Hash key="s" value={transaction.signature} />],
            [words['col.size'], words.bytes(transaction.bytes.toLocaleString(language))],
          ]}
        />
      </section>
      <h2>{words['tx.fields']}</h2>
      {transaction.operations.map((operation, index) => (
        <Operation key={index} operation={operation} />
      ))}
    </div>
  );
}

function Operation({ operation }: { readonly operation: DecodedOperation }) {
  const words = useWords(explorerWords);
  return (
    <DataTable
      heading={
        <h3 className="table-title">
          {operation.sentence}{' '}
          <code className="soft">
            {operation.module}.{operation.action}
          </code>
        </h3>
      }
      rows={operation.fields}
      keyOf={({ name }) => name}
      columns={[
        { title: words['col.field'], cell: ({ name }) => name },
        { title: words['col.value'], cell: ({ value }) => <FieldValue value={value} /> },
        { title: words['col.class'], cell: (field) => <FieldClass name={field.class} /> },
      ]}
    />
  );
}

/** Hashes short, a path of them as the first and how many follow; anything else as it is. */
function FieldValue({ value }: { readonly value: string }) {
  const words = useWords(explorerWords);
  const [first = '', ...rest] = value.split(' ');
  if (!/^[0-9a-f]{24,}$/.test(first)) return <>{value}</>;
  return (
    <>
      <Hash value={first} /> {rest.length > 0 && <span className="soft small">{words.moreHashes(rest.length)}</span>}
    </>
  );
}

function FieldClass({ name }: { readonly name: string }) {
  const words = useWords(explorerWords);
  if (!(`class.${name}` in words)) return <>{name}</>;
  return (
    <span>
      <span className="pill">{words[`class.${name}` as keyof typeof explorerEn] as string}</span>
      <span className="soft small field-help">{words[`classHelp.${name}` as keyof typeof explorerEn] as string}</span>
    </span>
  );
}
