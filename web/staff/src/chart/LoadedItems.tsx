import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { LoadingRows } from '../ui/LoadingRows';
import { LongList } from '../ui/LongList';
import { LoadFailure, Nothing } from '../ui/Notice';
import classes from './Lists.module.css';
import type { LoadedList } from './useChartList';

interface LoadedItemsProps<T> {
  list: LoadedList<T>;
  label: string;
  none: string;
  children: (item: T) => ReactNode;
}

/** A list of the chart in each of its states. */
export function LoadedItems<T extends { readonly id: string }>({ list, label, none, children }: LoadedItemsProps<T>) {
  if (list.error && !list.items) return <LoadFailure what={label} error={list.error} onRetry={list.retry} />;
  if (!list.items) return <LoadingRows label={`Loading ${label.toLowerCase()}`} count={6} height={48} />;
  if (list.items.length === 0) return <Nothing>{none}</Nothing>;
  return (
    <>
      <LongList
        items={list.items}
        keyOf={({ id }) => id}
        label={label}
        className={classes.list}
        itemClassName={classes.item}
        itemHeight={50}
      >
        {children}
      </LongList>
      {list.hasOlder && (
        <Button variant="default" className={classes.older ?? ''} loading={list.isLoadingOlder} onClick={list.loadOlder}>
          Show older {label.toLowerCase()}
        </Button>
      )}
    </>
  );
}
