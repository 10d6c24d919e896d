using System.Runtime.InteropServices;
using Npgsql;
using Tiffin.Bench.Load;

namespace Tiffin.Bench.Results;

/// <summary>The machine and settings of the measurements.</summary>
sealed record Machine(
    string Cpu, int Cores, double MemoryGiB, string System, string DotNet, string PostgreSql,
    IReadOnlyDictionary<string, string> Settings)
{
    // Always recorded; other settings only if they differ from PostgreSQL's defaults.
    static readonly string[] always =
        ["fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers", "max_wal_size"];

    /// <exception cref="InvalidOperationException">Commits would not be durable.</exception>
    public static async Task<Machine> Inspect(NpgsqlConnection connection, CancellationToken cancel)
    {
        var settings = await Set(connection, cancel);
        foreach (var durable in (string[])["fsync", "synchronous_commit", "full_page_writes"])
            if (settings[durable] != "on")
                throw new InvalidOperationException(
                    $"{durable} is {settings[durable]}: only durable commits are measured. Set it to on.");
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return new Machine(
            CpuModel(), Environment.ProcessorCount, Math.Round(memory, 1), RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription, connection.ServerVersion, settings);
    }

    static async Task<Dictionary<string, string>> Set(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var query = new NpgsqlCommand("""
            SELECT name, current_setting(name) FROM pg_settings
            WHERE name = ANY($1) OR (source = 'configuration file' AND category NOT LIKE 'Client%'
                AND name NOT IN ('port', 'log_timezone', 'unix_socket_directories', 'listen_addresses'))
            ORDER BY name
            """, connection);
        query.Parameters.Add(new NpgsqlParameter { Value = always });
        var settings = new Dictionary<string, string>();
        await using var row = await query.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel)) settings[row.GetString(0)] = row.GetString(1);
        // A kernel setting: with its default, a COMMIT sometimes waits for all pages written within five seconds.
        if (WriteBack.InForce is { } bytes) settings["vm.dirty_background_bytes"] = bytes;
        return settings;
    }

    static string CpuModel() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}
