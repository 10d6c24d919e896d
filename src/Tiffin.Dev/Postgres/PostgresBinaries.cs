using System.Globalization;

namespace Tiffin.Dev.Postgres;

/// <summary>The server programs of one PostgreSQL installation.</summary>
sealed record PostgresBinaries(string Directory)
{
    const string DebianRoot = "/usr/lib/postgresql";
    static readonly string[] programs = ["initdb", "pg_ctl", "postgres"];

    public string this[string program] => Path.Combine(Directory, program);

    /// <summary>The newest installation, or the one that can read a cluster of <paramref name="major"/>.</summary>
    public static PostgresBinaries Find(string? major)
    {
        if (Environment.GetEnvironmentVariable("TIFFIN_PG_BIN") is { Length: > 0 } chosen)
            return HasServer(chosen)
                ? new(chosen)
                : throw new DevPostgresException(
                    $"TIFFIN_PG_BIN is '{chosen}', but initdb, pg_ctl and postgres are not all in that folder.");

        var installed = DebianVersions();
        if (major is not null && installed.Count > 0)
            return installed.FirstOrDefault(version => Path.GetFileName(Path.GetDirectoryName(version)) == major)
                is { } matching
                ? new(matching)
                : throw new DevPostgresException(
                    $"The data was written by PostgreSQL {major}, which is not installed. Install it "
                    + $"(apt-get install postgresql-{major}) or choose another folder with --data.");

        return (installed.FirstOrDefault() ?? OnPath()) is { } found
            ? new(found)
            : throw new DevPostgresException(
                "No PostgreSQL server is installed. Install it (sudo apt-get install postgresql), name the folder "
                + "of initdb, pg_ctl and postgres in TIFFIN_PG_BIN, or use your own server with --connection.");
    }

    static List<string> DebianVersions() =>
        System.IO.Directory.Exists(DebianRoot)
            ? [.. System.IO.Directory.EnumerateDirectories(DebianRoot)
                .OrderByDescending(VersionOf)
                .Select(version => Path.Combine(version, "bin"))
                .Where(HasServer)]
            : [];

    static double VersionOf(string directory) =>
        double.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var version) ? version : 0;

    static string? OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).FirstOrDefault(HasServer);

    static bool HasServer(string directory) =>
        programs.All(program => File.Exists(Path.Combine(directory, program)));
}
