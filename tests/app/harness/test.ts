import { test as base, expect } from '@playwright/test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ottla } from './ottla.ts'

interface Fixtures {
  /** An empty folder for everything one user's app keeps. */
  home: string
  /** The app at its very first start. Its window must not have logged an error by the end of the test. */
  ottla: Ottla
}

export const test = base.extend<Fixtures>({
  home: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'ottla-test-'))
    await use(home)
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  },
  ottla: async ({ home }, use) => {
    const ottla = await Ottla.launch(home)
    await use(ottla)
    await ottla.quit()
    expect(ottla.errors).toEqual([])
  },
})

export { expect }
