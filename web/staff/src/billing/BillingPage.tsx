import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconReceipt } from '@tabler/icons-react';
import { usePatientsById } from '../data/fhir/patientsById';
import type { Person } from '../data/fhir/resources';
import { personName } from '../data/fhir/words';
import { useReloadOn } from '../data/live/useReloadOn';
import { dateText } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import classes from '../ui/Worklist.module.css';
import { AuthorizationList } from './AuthorizationList';
import { AuthorizationSheet } from './AuthorizationSheet';
import { claimStates, type ClaimState } from './billingSearch';
import { ClaimSheet } from './ClaimSheet';
import { claimsQuery, moneyText, stateWords, totalsText, type Claim } from './claims';

const route = getRouteApi('/signed-in/billing');

/** Claims by what became of them, those that were denied first, and prior authorizations. */
export function BillingPage() {
  const { state = 'denied', view, open } = route.useSearch();
  const navigate = route.useNavigate();
  useReloadOn(['authorizations'], ({ name }) => name.startsWith('prior_auth:') || name.startsWith('claim:'));
  useReloadOn(['claims'], ({ name }) => name.startsWith('claim:') || name === 'payment:received');
  const close = () => void navigate({ search: ({ open: _before, ...search }) => search, resetScroll: false });
  return (
    <>
      <PageHeading title="Billing" />
      <nav aria-label="Which claims">
        <ul className={classes.views}>
          {claimStates.map((each) => (
            <li key={each}>
              <Link
                to="/billing"
                search={each === 'denied' ? {} : { state: each }}
                activeOptions={{ exact: true, includeSearch: true }}
                aria-current={view === undefined && state === each ? 'page' : undefined}
                className={classes.view}
              >
                {stateWords[each]}
              </Link>
            </li>
          ))}
          <li>
            <Link
              to="/billing"
              search={{ view: 'authorizations' }}
              activeOptions={{ exact: true, includeSearch: true }}
              aria-current={view === 'authorizations' ? 'page' : undefined}
              className={classes.view}
            >
              Prior authorizations
            </Link>
          </li>
        </ul>
      </nav>
      <div className={classes.split} data-open={open === undefined ? undefined : ''}>
        {view === 'authorizations' ? <AuthorizationList open={open} /> : <ClaimList key={state} state={state} open={open} />}
        {open !== undefined && view === 'authorizations' && <AuthorizationSheet key={open} id={open} onClose={close} />}
        {open !== undefined && view === undefined && <ClaimSheet key={open} id={open} onClose={close} />}
      </div>
    </>
  );
}

const empty: Readonly<Record<ClaimState, string>> = {
  denied: 'No claim is denied. One that an insurer refuses appears here by itself.',
  draft: 'No claim waits to be submitted.',
  submitted: 'No claim waits for an answer of an insurer.',
  accepted: 'No accepted claim waits for its payment.',
  partially_paid: 'No claim is paid in part.',
  paid: 'No claim is paid yet.',
};

function ClaimList({ state, open }: { state: ClaimState; open: string | undefined }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(claimsQuery(state));
  const claims = data?.pages.flatMap(({ items }) => items) ?? [];
  const people = usePatientsById(claims.map(({ patientId }) => patientId));
  if (isPending) return <LoadingRows label="Loading claims" count={6} height={52} />;
  if (error && !data) return <LoadFailure what="Claims" error={error} onRetry={() => void refetch()} />;
  return (
    <div>
      {claims.length === 0 && !hasNextPage && <Nothing icon={<IconReceipt size={32} aria-hidden="true" />}>{empty[state]}</Nothing>}
      {claims.length > 0 && (
        <>
          <p role="status" aria-label="Sum">
            {claims.length} {claims.length === 1 ? 'claim' : 'claims'}
            {hasNextPage && ' so far'}, open: {totalsText(claims)}
          </p>
          <ul className={classes.list} aria-label={`Claims: ${stateWords[state]}`}>
            {claims.map((claim) => (
              <Row key={claim.id} claim={claim} state={state} person={people.get(claim.patientId ?? '')} isOpen={claim.id === open} />
            ))}
          </ul>
        </>
      )}
      {hasNextPage && (
        <Button variant="default" className={classes.more ?? ''} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more claims
        </Button>
      )}
    </div>
  );
}

function Row({ claim, state, person, isOpen }: { claim: Claim; state: ClaimState; person: Person | undefined; isOpen: boolean }) {
  return (
    <li>
      <Link
        to="/billing"
        search={{ ...(state === 'denied' ? {} : { state }), open: claim.id }}
        className={classes.row}
        aria-current={isOpen ? 'true' : undefined}
        preload={false}
        resetScroll={false}
      >
        <span className={classes.cell}>
          <strong>{person ? personName(person) : 'Patient'}</strong>
          <span className={classes.second}>{person?.birthDate ? `born ${dateText(person.birthDate)}` : ' '}</span>
        </span>
        <span className={classes.cell}>
          <span>{claim.payer ?? 'No payer named'}</span>
          <span className={classes.second}>{claim.reason ?? claim.lines.map(({ code }) => code).filter(Boolean).join(', ')}</span>
        </span>
        <span className={classes.end}>
          <strong>{moneyText(claim.total, claim.currency)}</strong>
          <span className={classes.second}>{claim.createdAt ? `since ${dateText(claim.createdAt)}` : ' '}</span>
        </span>
      </Link>
    </li>
  );
}
