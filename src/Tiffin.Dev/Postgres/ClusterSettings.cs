namespace Tiffin.Dev.Postgres;

/// <summary>The settings of a private cluster, rewritten at every start.</summary>
static class ClusterSettings
{
    public const string FileName = "tiffin.conf";

    public static async Task Write(string dataDirectory, DevPostgresOptions options, int port, bool hasLz4)
    {
        var file = Path.Combine(dataDirectory, FileName);
        await File.WriteAllLinesAsync(file, Lines(options, port, hasLz4));
        // Readable for the account that runs PostgreSQL, under any umask. The folder itself has mode 700.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
    }

    static IEnumerable<string> Lines(DevPostgresOptions options, int port, bool hasLz4)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = $"{port}",
            // No Unix socket: its path is limited to 107 bytes, which a data folder can exceed.
            ["unix_socket_directories"] = "",
            ["max_connections"] = "200",
            // On even in tests: without it a crash loses acknowledged commits, even with fsync.
            ["synchronous_commit"] = "on",
            ["fsync"] = options.Durable ? "on" : "off",
        };
        if (options.Durable)
        {
            settings["shared_buffers"] = "512MB";
            settings["max_wal_size"] = "4GB";
            settings["checkpoint_timeout"] = "15min";
            if (hasLz4)
            {
                settings["wal_compression"] = "lz4";
                // Half of the orders are large enough to be compressed, and pglz would dominate their cost.
                settings["default_toast_compression"] = "lz4";
            }
        }
        else
        {
            settings["full_page_writes"] = "off";
            // Otherwise workers would visit hundreds of databases that exist only for seconds.
            settings["autovacuum"] = "off";
        }
        foreach (var (name, value) in options.Settings ?? new Dictionary<string, string>())
            settings[name] = value;
        return settings.Select(setting => $"{setting.Key} = '{setting.Value.Replace("'", "''")}'");
    }
}
