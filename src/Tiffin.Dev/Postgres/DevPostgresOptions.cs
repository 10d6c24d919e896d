namespace Tiffin.Dev.Postgres;

/// <summary>Options of a private cluster.</summary>
/// <param name="Directory">The cluster uses the subfolder <c>postgres</c>.</param>
/// <param name="Port">The port on 127.0.0.1; null takes a free one.</param>
/// <param name="Durable">False disables <c>fsync</c>, for tests.</param>
/// <param name="Settings">Settings of postgresql.conf that override the defaults.</param>
sealed record DevPostgresOptions(
    string Directory,
    int? Port = null,
    bool Durable = true,
    IReadOnlyDictionary<string, string>? Settings = null)
{
    /// <summary>
    /// <c>$XDG_DATA_HOME/tiffin</c>, else <c>~/.local/share/tiffin</c>; for root <c>/var/lib/tiffin</c>.
    /// </summary>
    // PostgreSQL refuses to run as root, and the account that runs it instead cannot enter /root (mode 700).
    // Opening /root for it would open root's home; /var/lib is where a system account keeps its state anyway.
    public static string DefaultDirectory
    {
        get
        {
            var dataHome = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
            if (Path.IsPathFullyQualified(dataHome ?? ""))
                return Path.Combine(dataHome!, "tiffin");
            return Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows()
                ? "/var/lib/tiffin"
                : Path.Combine(
                    Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share", "tiffin");
        }
    }
}
