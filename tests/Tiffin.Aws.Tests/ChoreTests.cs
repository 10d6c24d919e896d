using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Tiffin.Dev.Postgres;
using Tiffin.Edge.Access;
using static Tiffin.Aws.Tests.Template;

namespace Tiffin.Aws.Tests;

/// <summary>
/// The tasks of a release, run as the template defines them against a PostgreSQL that requires what RDS is configured
/// to require: encryption and SCRAM passwords. Only host and port differ.
/// </summary>
public sealed class ChoreTests
{
    /// <summary>Long enough for a busy machine; no test here measures time.</summary>
    const string Patience = ";Timeout=120;Command Timeout=120";

    const string OwnerPassword = "owner";

    [Fact]
    public async Task The_tasks_create_role_and_schema_and_the_server_connects_with_its_credentials()
    {
        // Accessible to the account that PostgreSQL runs as, even when root runs the tests.
        var folder = Directory.CreateDirectory(
            Path.Combine(Path.GetTempPath(), $"tiffin-aws-{System.Environment.ProcessId}"));
        await using var postgres = await DevPostgres.Start(new(folder.FullName, Durable: false));
        await AskForPasswords(postgres);
        var chores = Data().Of("AWS::ECS::TaskDefinition").Select(task => task.Properties).ToList();
        var role = chores.Single(task => Tasks.Container(task, "psql") is not null);
        var migration = chores.Single(task => Tasks.Container(task) is not null);
        var node = Service().One("AWS::ECS::TaskDefinition");

        // Created, and created again with another password: both must work.
        foreach (var password in new[] { "first", "second" })
            await Run("setsid", Shell(role), Environment(role, "psql", postgres, OwnerPassword),
                ("APPLICATION_PASSWORD", password));
        await Run("dotnet", ["tiffin.dll", "migrate"], Environment(migration, "tiffin", postgres, OwnerPassword));
        var verified = await Run(
            "dotnet", ["tiffin.dll", "verify"], Environment(node, "tiffin", postgres, "second"));

        verified.ShouldNotBeEmpty();
        (await Fails(node, postgres, "first")).ShouldContain("28P01");
        (await Stored(postgres)).ShouldStartWith("SCRAM-SHA-256$");
        await postgres.StopImmediate();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_server_accepts_the_generated_master_key()
    {
        var secrets = Data().Of("AWS::SecretsManager::Secret");
        var made = secrets.Single(one => one.Id.StartsWith("MasterKeyCharacters")).Properties["GenerateSecretString"]!;
        var master = secrets.Single(one => one.Id.StartsWith("MasterKey")
            && one.Properties["SecretString"] is not null).Properties["SecretString"];

        ((bool)made["ExcludePunctuation"]!).ShouldBeTrue();
        Flat(master).ShouldMatch("^{{resolve:secretsmanager:.*:SecretString:::?}}=$");
        var characters = RandomNumberGenerator.GetString(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", (int)made["PasswordLength"]!);
        await using var nowhere = new Engine.Storage.Database("Host=nowhere.invalid");
        var key = new MasterKey(nowhere, new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { [MasterKey.Setting] = characters + "=" }).Build());
        await key.StartAsync(default);
        key.Derive("test").Length.ShouldBe(32);
    }

    static async Task AskForPasswords(DevPostgres postgres)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString("postgres") + Patience);
        await Write(source, "server.crt", certificate.ExportCertificatePem());
        await Write(source, "server.key", key.ExportPkcs8PrivateKeyPem());
        await Write(source, "pg_hba.conf", """
            host    all postgres 127.0.0.1/32 trust
            hostssl all all      127.0.0.1/32 scram-sha-256
            """);
        await Execute(source, "ALTER SYSTEM SET ssl = on");
        await Execute(source, "ALTER SYSTEM SET password_encryption = 'scram-sha-256'");
        await postgres.Restart();
        source.Clear();
        // The rights of the account that RDS creates.
        await Execute(source, $"CREATE ROLE tiffin LOGIN CREATEDB CREATEROLE PASSWORD '{OwnerPassword}'");
        await Execute(source, "CREATE DATABASE tiffin OWNER tiffin");
    }

    /// <summary>Writes to the data folder as the server's account; only that account can read the file.</summary>
    static async Task Write(NpgsqlDataSource source, string file, string text)
    {
        var lines = string.Join(", ", text.Split('\n').Where(line => line.Length > 0).Select(line => $"('{line}')"));
        await Execute(source, $"COPY (VALUES {lines}) TO PROGRAM 'umask 077; cat > {file}'");
    }

    static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<string> Stored(DevPostgres postgres)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString("postgres") + Patience);
        await using var command = source.CreateCommand(
            "SELECT rolpassword FROM pg_authid WHERE rolname = 'tiffin_app'");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The container's command. Without a terminal, psql reads the password from standard input.</summary>
    static string[] Shell(JsonNode task)
    {
        var container = Tasks.Container(task, "psql")!;
        return ["--wait", .. Texts("EntryPoint"), .. Texts("Command")];

        IEnumerable<string> Texts(string name) => container[name]!.AsArray().Select(one => (string)one!);
    }

    static Dictionary<string, string> Environment(
        JsonNode task, string container, DevPostgres postgres, string password)
    {
        Tasks.Secrets(task, container).Keys.ShouldContain("PGPASSWORD");
        var variables = Tasks.Variables(task, container)
            .Where(pair => pair.Key.StartsWith("PG") || pair.Key.StartsWith("ConnectionStrings"))
            .ToDictionary(pair => pair.Key, pair => Here(pair.Value, postgres));
        variables["PGPASSWORD"] = password;
        if (variables.ContainsKey("ConnectionStrings__Tiffin")) variables["ConnectionStrings__Tiffin"] += Patience;
        if (variables.ContainsKey("PGPORT")) variables["PGPORT"] = $"{postgres.Port}";
        return variables;
    }

    /// <summary>Replaces the host and port that CloudFormation would insert by those of this PostgreSQL.</summary>
    static string Here(string value, DevPostgres postgres) =>
        System.Text.RegularExpressions.Regex.Replace(value, "{.*?}+", "127.0.0.1")
            .Replace("Port=5432", $"Port={postgres.Port}");

    static async Task<string> Fails(JsonNode task, DevPostgres postgres, string password)
    {
        var (exitCode, output) = await Start(
            "dotnet", ["tiffin.dll", "verify"], Environment(task, "tiffin", postgres, password));
        exitCode.ShouldNotBe(0);
        return output;
    }

    static async Task<string> Run(string program, string[] arguments, Dictionary<string, string> environment,
        params (string Name, string Value)[] besides)
    {
        foreach (var (name, value) in besides) environment[name] = value;
        var (exitCode, output) = await Start(program, arguments, environment);
        exitCode.ShouldBe(0, output);
        return output;
    }

    static async Task<(int ExitCode, string Output)> Start(
        string program, string[] arguments, Dictionary<string, string> environment)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = AppContext.BaseDirectory.Replace("Tiffin.Aws.Tests", "Tiffin"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }
}
