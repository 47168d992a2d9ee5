import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { locations } from './people';

interface RoomSelectProps {
  chosenId: string | null;
  onChoose: (id: string | null) => void;
}

/** Nothing where the directory has no rooms. */
export function RoomSelect({ chosenId, onChoose }: RoomSelectProps) {
  const { data: rooms = [] } = useQuery(locations);
  if (rooms.length === 0) return null;
  return (
    <Select
      label="Room"
      placeholder="No room"
      data={rooms.map(({ id, name }) => ({ value: id ?? '', label: name ?? 'Room without a name' }))}
      value={chosenId}
      onChange={onChoose}
    />
  );
}
