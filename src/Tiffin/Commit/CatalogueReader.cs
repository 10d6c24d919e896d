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
    volatile CatalogueSnapshot cached = CatalogueSnapshot.Empty;

    public async Task<CatalogueSnapshot> Read(CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        return await Read(connection, cancel);
    }

    /// <summary>On a connection that the caller goes on to use.</summary>
    public async Task<CatalogueSnapshot> Read(NpgsqlConnection connection, CancellationToken cancel)
    {
        var known = cached.Version > pipeline.Catalogue.Version ? cached : pipeline.Catalogue;
        await using var command = new NpgsqlCommand(LogTable.CatalogueVersionSql, connection);
        var version = (long)(await command.ExecuteScalarAsync(cancel))!;
        if (version == known.Version) return known;
        // Behind what is known: a fail-over has lost some of it.
        return cached = await Load(connection, version < known.Version ? CatalogueSnapshot.Empty : known, cancel);
    }

    static async Task<CatalogueSnapshot> Load(
        NpgsqlConnection connection, CatalogueSnapshot known, CancellationToken cancel)
    {
        // One snapshot for all tables: an item is never seen without its brand.
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LogTable.CatalogueVersionSql));
        foreach (var load in CatalogueTable.LoadSince(known.Version)) batch.BatchCommands.Add(load);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await using var rows = await batch.ExecuteReaderAsync(cancel);
        await rows.ReadAsync(cancel);
        var version = rows.GetInt64(0);
        await rows.NextResultAsync(cancel);
        return await CatalogueTable.Read(rows, known, version);
    }
}
