import { missing as missingPortal, peopleOf as patientsOf } from '../../portal/browser/server';
import { missing as missingStaff, peopleOf as staffOf } from '../../staff/day/clinic';
import { serve } from '../serve';

export default serve(missingStaff ?? missingPortal, [patientsOf('pictures'), staffOf('measures')]);
