using Npgsql;
using Tiffin.Domain.Catalogue;
using Tiffin.Storage;

namespace Tiffin.Commit;

/// <summary>
/// The catalogue as it is now, for reading. Each reading asks the log which version is current, and loads what has
/// changed since the one that this node knows: what any node has committed is seen by the next reading on any other.
/// </summary>
public sealed class CatalogueReader(Database database, CommitPipeline pipeline)
{
    volatile Reading last = new(CatalogueSnapshot.Empty, CatalogueSnapshot.Empty);

    /// <summary>What was loaded because the writer's copy was not the newest.</summary>
    sealed record Reading(CatalogueSnapshot Instead, CatalogueSnapshot Catalogue);

    public async Task<CatalogueSnapshot> Read(CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        return await Read(connection, cancel);
    }

    /// <summary>On a connection that the caller goes on to use.</summary>
    public async Task<CatalogueSnapshot> Read(NpgsqlConnection connection, CancellationToken cancel)
    {
        var (writers, read) = (pipeline.Catalogue, last);
        var known = ReferenceEquals(read.Instead, writers) ? read.Catalogue : writers;
        var head = await Head(connection, known.Version, cancel);
        if (head.Is(known)) return known;
        var loaded = head.Has(known) ? await Load(connection, known, cancel) : null;
        loaded ??= (await Load(connection, CatalogueSnapshot.Empty, cancel))!;
        last = new Reading(writers, loaded);
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

    /// <summary>Null when the database no longer has the version that is known.</summary>
    static async Task<CatalogueSnapshot?> Load(
        NpgsqlConnection connection, CatalogueSnapshot known, CancellationToken cancel)
    {
        // One snapshot for all tables: an item is never seen without its brand.
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        batch.BatchCommands.Add(LogTable.Catalogue(known.Version));
        foreach (var load in CatalogueTable.LoadSince(known.Version)) batch.BatchCommands.Add(load);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await using var rows = await batch.ExecuteReaderAsync(cancel);
        await rows.ReadAsync(cancel);
        var head = CatalogueHead.Read(rows);
        if (!ReferenceEquals(known, CatalogueSnapshot.Empty) && !head.Has(known)) return null;
        await rows.NextResultAsync(cancel);
        return await CatalogueTable.Read(rows, known, head);
    }
}
