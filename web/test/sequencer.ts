import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of one project that need a page come together: they share a process, and the page of their process is made once. */
export class ByEnvironment extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => key(one).localeCompare(key(other)));
  }
}

function key({ project, moduleId }: TestSpecification): string {
  return `${project.name} ${moduleId.endsWith('x')} ${moduleId}`;
}
