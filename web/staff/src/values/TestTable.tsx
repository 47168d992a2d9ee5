import { ResultFlag } from './ResultFlag';
import classes from './TestTable.module.css';

/** A value as it is read: what stands in the cells, and the flag's code. */
export interface TestRow {
  readonly key: string | number;
  readonly name: string;
  readonly value: string;
  readonly flag: string | null;
  readonly range: string | null;
}

/** Values of a report with their flags and ranges. */
export function TestTable({ rows }: { rows: readonly TestRow[] }) {
  return (
    <table className={classes.tests}>
      <thead>
        <tr>
          <th scope="col">Test</th>
          <th scope="col">Value</th>
          <th scope="col">Flag</th>
          <th scope="col">Range</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, value, flag, range }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td>{value}</td>
            <td>
              <ResultFlag code={flag} />
            </td>
            <td>{range ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
