import { serve } from '../../browser/serve';
import { clinics, missing, peopleOf } from './server';

export default serve(missing, clinics.filter((name) => name !== 'pictures').map(peopleOf));
