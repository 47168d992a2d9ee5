import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { ResultFlag } from '../values/ResultFlag';
import { rangeText, valueText } from '../values/resultWords';
import table from '../values/TestTable.module.css';
import { flagOf, valueRange } from './results';

export function ValueTable({ values }: { values: readonly Observation[] }) {
  return (
    <table className={table.tests}>
      <thead>
        <tr>
          <th scope="col">Test</th>
          <th scope="col">Value</th>
          <th scope="col">Flag</th>
          <th scope="col">Range</th>
        </tr>
      </thead>
      <tbody>
        {values.map((value) => (
          <tr key={value.id}>
            <th scope="row">{conceptText(value.code)}</th>
            <td>{valueText(value)}</td>
            <td>
              <ResultFlag code={flagOf(value)} />
            </td>
            <td>{rangeText(valueRange(value), value.valueQuantity?.unit ?? null) ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
