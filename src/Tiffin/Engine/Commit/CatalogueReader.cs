using Npgsql;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Commit;

/// <summary>
/// Reads the current catalogue for queries. Every call reads the current version number and loads only the entries
/// changed since this node's copy, so a change committed on one node is visible to the next read on any other.
/// </summary>
sealed class CatalogueReader(Database database, CommitPipeline pipeline)
{
    volatile CachedCatalogue last = new(CatalogueSnapshot.Empty, CatalogueSnapshot.Empty);

    // A catalogue loaded because the writer's copy was out of date.
    sealed record CachedCatalogue(CatalogueSnapshot WriterCopy, CatalogueSnapshot Catalogue);

    public async Task<CatalogueSnapshot> Read(CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        return await Read(connection, cancel);
    }

    /// <summary>Reads over a connection that the caller keeps.</summary>
    public async Task<CatalogueSnapshot> Read(NpgsqlConnection connection, CancellationToken cancel)
    {
        var (writers, read) = (pipeline.Catalogue, last);
        var known = ReferenceEquals(read.WriterCopy, writers) ? read.Catalogue : writers;
        var head = await Head(connection, known.Version, cancel);
        if (head.IsCurrent(known)) return known;
        var loaded = head.Contains(known) ? await Load(connection, known, cancel) : null;
        loaded ??= (await Load(connection, CatalogueSnapshot.Empty, cancel))!;
        last = new CachedCatalogue(writers, loaded);
        return loaded;
    }

    static async Task<CatalogueHead> Head(NpgsqlConnection connection, long known, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(LogTable.Catalogue(known));
        await using var row = await batch.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return CatalogueHead.Read(row);
    }

    // Null when the database does not contain the known version, for example because a failover lost it.
    static async Task<CatalogueSnapshot?> Load(
        NpgsqlConnection connection, CatalogueSnapshot known, CancellationToken cancel)
    {
        // One snapshot for all tables: otherwise an item could be read without its brand.
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        batch.BatchCommands.Add(LogTable.Catalogue(known.Version));
        foreach (var load in CatalogueTable.LoadSince(known.Version)) batch.BatchCommands.Add(load);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await using var rows = await batch.ExecuteReaderAsync(cancel);
        await rows.ReadAsync(cancel);
        var head = CatalogueHead.Read(rows);
        if (!ReferenceEquals(known, CatalogueSnapshot.Empty) && !head.Contains(known)) return null;
        await rows.NextResultAsync(cancel);
        return await CatalogueTable.Read(rows, known, head);
    }
}
