// How long a user waits for the window: from the start of the process to a first page that can be used.

import { newFolder, removeFolder } from '../_cluster.ts'
import { print, printHead } from '../_report.ts'
import { launch } from './_launch.ts'
import type { Launch } from './_launch.ts'
import { printLoad } from './_load.ts'
import { createCluster, openWindow } from './_window.ts'

const RUNS = 7
const TARGET_MS = 1_500

printHead()
await measure('start without clusters', newFolder())
const home = newFolder()
const ottla = await openWindow(home)
await createCluster(ottla)
await ottla.close()
await measure('start with a cluster that runs again', home)

async function measure(what: string, home: string): Promise<void> {
  const runs: Launch[] = []
  for (let run = 0; run < RUNS; run++) runs.push(await launch(home))
  printLoad()
  print({
    what: `${what}: first paint`,
    target: null,
    unit: 'ms',
    runs: runs.map(({ firstPaintMs }) => firstPaintMs),
  })
  print({
    what: `${what}: usable`,
    target: { value: TARGET_MS, more: 'is worse' },
    unit: 'ms',
    runs: runs.map(({ usableMs }) => usableMs),
  })
  removeFolder(home)
}
