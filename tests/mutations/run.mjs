// Breaks lines that safety hangs on, one at a time, and expects a test to fail for each: a line that can be taken out unnoticed is not tested.
//   node tests/mutations/run.mjs [PART OF A FILE'S NAME]
// It works on a copy of the commit; the working tree stays as it is.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const only = process.argv[2] ?? ''
const all = JSON.parse(readFileSync(join(root, 'tests/mutations/mutations.json'), 'utf8')).filter(each => each.file.includes(only))
const copy = mkdtempSync(join(tmpdir(), 'vagus-mutations-'))
const minutes = 60_000
let failed = 0

function build(program) {
  const options = ['-c', 'Release', '-v', 'q', '-nologo', '-p:UseSharedCompilation=true', '-p:SkipWeb=true', '-p:TreatWarningsAsErrors=false']
  return spawnSync('dotnet', ['build', `tests/${program}`, ...options], { cwd: copy, encoding: 'utf8', timeout: 10 * minutes })
}

function run({ tests, class: name }) {
  const program = `tests/${tests}/bin/Release/net10.0/${tests}.dll`
  return spawnSync('dotnet', [program, '-noColor', '-noLogo', '-class', name], { cwd: copy, encoding: 'utf8', timeout: 5 * minutes, killSignal: 'SIGKILL' })
}

// What became of one mutation: 'caught', or why it says nothing.
function judge(mutation) {
  const file = join(copy, mutation.file)
  const text = readFileSync(file, 'utf8')
  if (text.split(mutation.from).length !== 2) return 'the line is not there once: the list is out of date'
  writeFileSync(file, text.replace(mutation.from, () => mutation.to))
  try {
    if (build(mutation.tests).status !== 0) return 'the broken program does not build'
    const ran = run(mutation)
    const counted = /Total: (\d+), Errors: (\d+), Failed: (\d+)/.exec(ran.stdout)
    if (!counted) return ran.error ? 'caught' : `the tests ended with ${ran.status} and counted nothing`
    if (counted[1] === '0') return `no test is in ${mutation.class}`
    return Number(counted[2]) + Number(counted[3]) > 0 ? 'caught' : 'NOT caught'
  } finally {
    writeFileSync(file, text)
  }
}

try {
  execFileSync('git', ['clone', '-q', root, copy])
  for (const mutation of all) {
    const outcome = judge(mutation)
    if (outcome !== 'caught') failed++
    console.log(`${outcome === 'caught' ? 'ok  ' : 'FAIL'} ${mutation.what} (${mutation.file}): ${outcome}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}

console.log(`\n${all.length - failed} passed, ${failed} failed`)
process.exitCode = failed || all.length === 0 ? 1 : 0
