import ui from '@nuxt/ui/vue-plugin'
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { h } from 'vue'
import SortHeader from '../../../../src/renderer/components/SortHeader.vue'
import VirtualTable from '../../../../src/renderer/components/VirtualTable.vue'
import type { Sorting } from '../../../../src/renderer/components/sorting.ts'

const named = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `row ${index}` }))

/** Nothing has a size here, so what is drawn is what is drawn ahead of sight. */
function tableOf(rows: { name: string }[], opened?: string | null) {
  return mount(VirtualTable<{ name: string }>, {
    props: {
      label: 'Rows',
      rows,
      rowKey: ({ name }) => name,
      rowPx: 20,
      columns: 'grid-cols-1',
      headerClass: '',
      rowAttributes: ({ name }) => ({ 'data-name': name }),
      ...(opened !== undefined && { opened }),
    },
    slots: {
      header: () => h('span', { role: 'columnheader' }, 'Name'),
      default: ({ row }: { row: { name: string } }) => [h('span', row.name), h('button', 'act')],
    },
    attachTo: document.body,
  })
}

test('of many rows only those in sight and a few ahead are drawn, and told', () => {
  const table = tableOf(named(5_000))
  const drawn = table.findAll('[data-name]').map((row) => row.attributes('data-name'))
  expect(drawn).toEqual(named(6).map(({ name }) => name))
  expect(table.emitted('inSight')).toEqual([[named(6), 5]])
  expect(table.attributes('aria-rowcount')).toBe('5001')
  table.unmount()
})

test('a row walked to stays the active one while rows come before it', async () => {
  const table = tableOf(named(5))
  await table.trigger('keydown', { key: 'ArrowDown' })
  await table.trigger('keydown', { key: 'ArrowDown' })
  expect(table.get('[aria-selected=true]').attributes('data-name')).toBe('row 2')
  await table.setProps({ rows: [{ name: 'new' }, ...named(5)] })
  const active = table.get('[aria-selected=true]')
  expect(active.attributes('data-name')).toBe('row 2')
  expect(active.attributes('aria-rowindex')).toBe('5')
  expect(table.attributes('aria-activedescendant')).toBe(active.attributes('id'))
  await table.trigger('keydown', { key: 'Enter' })
  expect(table.emitted('open')).toMatchObject([[{ name: 'row 2' }, { key: 'Enter' }]])
  table.unmount()
})

test('walking ends at the first and the last row', async () => {
  const table = tableOf(named(3))
  const activeAfter = async (key: string) => {
    await table.trigger('keydown', { key })
    return table.get('[aria-selected=true]').attributes('data-name')
  }
  expect(await activeAfter('ArrowUp')).toBe('row 0')
  expect(await activeAfter('End')).toBe('row 2')
  expect(await activeAfter('PageDown')).toBe('row 2')
  expect(await activeAfter('Home')).toBe('row 0')
  table.unmount()
})

test('Enter on a button within a row is the button’s', async () => {
  const table = tableOf(named(3))
  await table.get('[data-name] button').trigger('keydown', { key: 'Enter' })
  expect(table.emitted('open')).toBeUndefined()
  table.unmount()
})

test('in another order it begins at the top; new rows in the same order move nothing', async () => {
  const table = tableOf(named(500))
  const scroller = table.get('[role=rowgroup]').element
  await table.setProps({ order: { column: 'name', descending: false } })
  scroller.scrollTop = 800
  await table.setProps({ rows: named(600) })
  expect(scroller.scrollTop).toBe(800)
  await table.setProps({ order: { column: 'name', descending: true } })
  expect(scroller.scrollTop).toBe(0)
  table.unmount()
})

test('what is open beside the table is selected, whatever was walked to', async () => {
  const table = tableOf(named(3), 'row 2')
  await table.trigger('keydown', { key: 'ArrowDown' })
  expect(table.findAll('[aria-selected=true]').map((row) => row.attributes('data-name'))).toEqual(['row 2'])
  table.unmount()
})

test.each([
  ['name', true, { column: 'lag', descending: true }, 'none', { column: 'name', descending: false }],
  ['lag', false, { column: 'name', descending: false }, 'none', { column: 'lag', descending: true }],
  ['lag', false, { column: 'lag', descending: true }, 'descending', { column: 'lag', descending: false }],
  ['lag', false, { column: 'lag', descending: false }, 'ascending', { column: 'lag', descending: true }],
] as const)('the header of %s (a name: %s) sorts %o, said as %s, into %o', async (...row) => {
  const [column, isName, sorting, order, after] = row
  const header = mount(SortHeader<'name' | 'lag'>, {
    props: { column, label: 'Column', isName, sorting: sorting as Sorting<'name' | 'lag'> },
    global: { plugins: [ui] },
  })
  expect(header.attributes('aria-sort')).toBe(order)
  await header.get('button').trigger('click')
  expect(header.emitted('update:sorting')).toEqual([[after]])
})
