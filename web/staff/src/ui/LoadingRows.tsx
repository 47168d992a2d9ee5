import { Skeleton, Stack } from '@mantine/core';

/** Stands where a list will be. */
export function LoadingRows({ label, count = 4, height = 44 }: { label: string; count?: number; height?: number }) {
  return (
    <Stack gap={8} role="img" aria-label={label}>
      {Array.from({ length: count }, (_, row) => (
        <Skeleton key={row} height={height} radius="md" />
      ))}
    </Stack>
  );
}
