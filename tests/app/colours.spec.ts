import { otherCluster } from './harness/other-cluster.ts'
import { Ottla } from './harness/ottla.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { ClustersPage } from './pages/clusters-page.ts'

test('a cluster has the colour its user gave it, wherever it is named, and keeps it', async ({
  home,
  ottla,
}) => {
  await runCluster(ottla)
  const other = await otherCluster()
  const clusters = new ClustersPage(ottla.page)
  await clusters.typeAddress('prod', 'localhost:1')
  await clusters.button('Add cluster').click()

  await test.step('chosen on its card', async () => {
    await clusters.open()
    await clusters.button('Colour of local').click()
    await ottla.page.getByRole('menuitemcheckbox', { name: 'Green' }).click()
    await expect(clusters.button('Colour of local: Green')).toBeVisible()
  })

  await test.step('or with its address, which is mended at once', async () => {
    await expect(clusters.state('prod')).toHaveText('Unreachable')
    await clusters.button('Edit cluster prod').click()
    await expect(clusters.name).toHaveValue('prod')
    await clusters.name.fill('production')
    await clusters.servers.fill(other.bootstrapServers)
    await clusters.button('Colour').click()
    await ottla.page.getByRole('menuitemcheckbox', { name: 'Red' }).click()
    await clusters.button('Save').click()
    await expect(ottla.overview.title).toHaveText('production')
    await expect(ottla.overview.state).toHaveText('Answers')
  })

  const red = (place: ReturnType<typeof ottla.page.getByRole>) => place.getByRole('img', { name: 'Red' })
  await expect(red(ottla.shell.rail)).toBeVisible()
  await expect(red(ottla.shell.tabs).first()).toBeVisible()
  await expect(red(ottla.overview.main)).toBeVisible()
  await expect(ottla.shell.statusBar.getByRole('img', { name: 'Green' })).toBeVisible()

  await ottla.quit()
  const again = await Ottla.launch(home)
  await expect(again.overview.title).toHaveText('production')
  await expect(red(again.shell.rail)).toBeVisible()
  await again.shell.run('Colour of production: No colour')
  await expect(red(again.shell.rail)).toBeHidden()
  await again.quit()
  await other.kill()
})
