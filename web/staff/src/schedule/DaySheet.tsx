import { byStart, lengthInMinutes, patientOf, providerOf, reasonText, roomOf, type NameOf } from '../appointments/appointment';
import { statusLook } from '../appointments/statusLooks';
import { useSignedInUser } from '../data/session/useSession';
import { useNow } from '../time/useNow';
import { dateAndTime, timeText } from '../time/words';
import type { Column } from './columns';
import classes from './DaySheet.module.css';

/** The schedule on paper: a table for each column of the board, in order of time. */
export function DaySheet({ title, columns, nameOf }: { title: string; columns: readonly Column[]; nameOf: NameOf }) {
  const user = useSignedInUser();
  const now = useNow(60_000);
  return (
    <div className={classes.sheet}>
      {columns
        .filter(({ appointments }) => appointments.length > 0)
        .map(({ key, name, appointments }) => (
          <table key={key} className={classes.table}>
            <caption>{name}</caption>
            <thead>
              <tr>
                {['Time', 'Patient', 'With', 'Reason', 'Room', 'Status'].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {appointments
                .toSorted(byStart)
                .map((appointment) => (
                  <tr key={appointment.id}>
                    <td className={classes.time}>
                      {timeText(appointment.start)} ({lengthInMinutes(appointment)} min)
                    </td>
                    <th scope="row">{nameOf(patientOf(appointment)) ?? 'No patient named'}</th>
                    <td>{nameOf(providerOf(appointment)) ?? 'No provider'}</td>
                    <td>{reasonText(appointment) ?? ''}</td>
                    <td>{roomOf(appointment)?.display ?? ''}</td>
                    <td>{statusLook(appointment.status).text}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        ))}
      <p className={classes.printed}>
        {title}. Printed by {user?.displayName} on {dateAndTime(new Date(now).toISOString())}.
      </p>
    </div>
  );
}
