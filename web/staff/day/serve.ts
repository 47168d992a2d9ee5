import { serve } from '../../browser/serve';
import { clinics, missing, peopleOf } from './clinic';

/** These two are served by runs of their own (`../../browser`). */
const others: readonly string[] = ['pictures', 'measures'];

export default serve(missing, clinics.filter((name) => !others.includes(name)).map(peopleOf));
