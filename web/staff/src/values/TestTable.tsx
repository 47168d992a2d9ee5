import { ResultFlag } from './ResultFlag';
import classes from './TestTable.module.css';

/** A value as it is read: what stands in the cells, and the flag's code. */
export interface TestRow {
  readonly key: string | number;
  readonly name: string;
  readonly value: string;
  /** Where it is not final: "Preliminary". */
  readonly status?: string | null;
  readonly flag: string | null;
  readonly range: string | null;
  /** The value before this one, where it is known. */
  readonly before?: string | null;
}

/** Values of a report with their flags and ranges. */
export function TestTable({ rows }: { rows: readonly TestRow[] }) {
  const hasBefore = rows.some(({ before }) => before);
  return (
    <table className={classes.tests}>
      <thead>
        <tr>
          <th scope="col">Test</th>
          <th scope="col">Value</th>
          <th scope="col">Flag</th>
          {hasBefore && <th scope="col">Before</th>}
          <th scope="col">Range</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, value, status, flag, range, before }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td>
              {value}
              {status && ` (${status.toLowerCase()})`}
            </td>
            <td>
              <ResultFlag code={flag} />
            </td>
            {hasBefore && <td>{before && <BeforeValue text={before} />}</td>}
            <td>{range ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where the head of the column is not on screen, the word stands in the cell. */
function BeforeValue({ text }: { text: string }) {
  return (
    <>
      <span className={classes.word}>before </span>
      {text}
    </>
  );
}
