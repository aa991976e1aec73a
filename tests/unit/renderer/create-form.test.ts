import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import CreateClusterPage from '../../../src/renderer/features/create-cluster/CreateClusterPage.vue'
import { useClusters } from '../../../src/renderer/features/clusters/store.ts'
import { useNavigation } from '../../../src/renderer/navigation/store.ts'
import { FailureError } from '../../../src/shared/channel/failure.ts'
import { cluster, fakeMain, mountOn, storesOn } from './fake-main.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(300)
  await flushPromises()
}

const checkPorts = ({ first, count }: { first: number; count: number }) =>
  first < 9095 ? { taken: [9092].slice(0, count), suggestion: 9095 } : { taken: [], suggestion: first }

describe('the page that makes a cluster', () => {
  it('makes one with a single click, and goes to it', async () => {
    const create = vi.fn(() => cluster({ state: 'starting' }))
    const page = mountOn(fakeMain({ clusters: { create } }), CreateClusterPage)
    await settled()
    await page.get('form').trigger('submit')
    await settled()
    expect(create).toHaveBeenCalledWith({ name: 'local', brokers: 3, firstPort: 9092 }, expect.anything())
    expect(useNavigation().location).toEqual({ feature: 'overview', cluster: 'local:local' })
  })

  it('offers the next free ports where one is taken, and takes them with one click', async () => {
    const create = vi.fn(() => cluster())
    const page = mountOn(fakeMain({ clusters: { create, checkPorts } }), CreateClusterPage)
    await page.get('input[type=number]').setValue(9093)
    await settled()
    expect(page.get('[role=alert]').text()).toContain(
      'Port 9092 is used by another program. Start on 9095 instead?',
    )
    expect(page.get('button[type=submit]').attributes('disabled')).toBeDefined()
    await page.get('[role=alert] button').trigger('click')
    await settled()
    expect(page.find('[role=alert]').exists()).toBe(false)
    await page.get('form').trigger('submit')
    await settled()
    expect(create).toHaveBeenCalledWith(expect.objectContaining({ firstPort: 9095 }), expect.anything())
  })

  it('checks no ports while the brokers take them, and creates after the check under way', async () => {
    const told: string[] = []
    let answer = () => {}
    const slowCheck = ({ first }: { first: number }) => {
      told.push('check')
      return new Promise<{ taken: number[]; suggestion: number }>((resolve) => {
        answer = () => resolve({ taken: [], suggestion: first })
      })
    }
    const create = vi.fn(() => {
      told.push('create')
      return cluster()
    })
    const page = mountOn(fakeMain({ clusters: { create, checkPorts: slowCheck } }), CreateClusterPage)
    await page.get('input[type=number]').setValue(9500)
    await settled()
    // Typed on, and clicked before the next check is due.
    await page.get('input[type=number]').setValue(9501)
    await page.get('form').trigger('submit')
    await settled()
    expect(told).toEqual(['check'])
    answer()
    await settled()
    expect(told).toEqual(['check', 'create'])
    expect(create).toHaveBeenCalledWith(expect.objectContaining({ firstPort: 9501 }), expect.anything())
  })

  it('shows why main refused, and checks the ports again', async () => {
    const failure = { code: 'DIRECTORY', message: 'The disk is full.', remedy: 'Free some space on it.' }
    const create = () => Promise.reject(new FailureError(failure))
    const page = mountOn(fakeMain({ clusters: { create } }), CreateClusterPage)
    await page.get('form').trigger('submit')
    await settled()
    expect(page.get('[role=alert]').text()).toContain('The disk is full. Free some space on it.')
  })

  it.each([
    ['a name with a space', '[maxlength="40"]', 'my cluster', 'Use 1 to 40 letters'],
    ['a port of the system', 'input[type=number]', '80', 'Use a port from 1024'],
    ['ports beyond the last', 'input[type=number]', '65534', 'Use a port from 1024 to 65533'],
  ])('refuses %s', async (_what, field, value, error) => {
    const page = mountOn(fakeMain(), CreateClusterPage)
    await page.get(field).setValue(value)
    await settled()
    expect(page.text()).toContain(error)
    expect(page.get('button[type=submit]').attributes('disabled')).toBeDefined()
  })

  it('proposes a name that is free', async () => {
    const list = () => [cluster(), cluster({ id: 'local:local-2', name: 'local-2' })]
    const main = fakeMain({ clusters: { list } })
    const pinia = storesOn(main)
    await useClusters(pinia).load()
    const page = mountOn(main, CreateClusterPage, { pinia })
    await settled()
    expect(page.get('[maxlength="40"]').element).toHaveProperty('value', 'local-3')
  })
})
