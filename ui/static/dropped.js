// What was let go over the page, with all that lies in its folders but hidden files. a drop -> [{path, file}], null for a file that cannot be read
(() => {
  const f = window.footnote;
  const isHidden = (entry) => entry.name.startsWith(".");

  // A folder gives its entries in portions; an empty one is the last.
  async function entriesOf(folder) {
    const reader = folder.createReader();
    const found = [];
    for (;;) {
      const portion = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!portion.length) return found.filter((entry) => !isHidden(entry));
      found.push(...portion);
    }
  }

  async function filesOf(entry) {
    try {
      if (entry.isDirectory) return (await Promise.all((await entriesOf(entry)).map(filesOf))).flat();
      return [{ path: entry.fullPath.slice(1), file: await new Promise((done, failed) => entry.file(done, failed)) }];
    } catch {
      return [{ path: entry.fullPath.slice(1), file: null }];
    }
  }

  // The entries are asked for at once: after the event there are none.
  f.dropped = async ({ items }) => {
    const entries = [...items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    return (await Promise.all(entries.map(filesOf))).flat();
  };
})();
