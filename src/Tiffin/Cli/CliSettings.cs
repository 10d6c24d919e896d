namespace Tiffin.Cli;

/// <summary>The commands read the same configuration as the server: appsettings.json, then the environment.</summary>
static class CliSettings
{
    public static string ConnectionString => Server.ConnectionString(
        new ConfigurationBuilder().AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables().Build());
}
