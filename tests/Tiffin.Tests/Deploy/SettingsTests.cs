using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tiffin.Engine.Hosting;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Deploy;

/// <summary>Settings that have no effect are reported; invalid ones prevent the start and are named.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void A_setting_that_nothing_reads_is_reported_when_the_server_starts()
    {
        var log = Build(
            ("Commit:QueueMx", "9"), ("Limits:Admin:Brst", "9"), ("Erasure:Days", "9"), ("Broker:Exchange:Name", "x"),
            ("commit:queuemax", "2000"), ("Limits:Admin:Burst", "9"), ("Access:TrustedProxies:0", "10.0.0.0/8"),
            ("Notifications:Languages:biryani-house", "hi"), ("Notifications:PrintToConsole", "false"),
            ("Sandbox:Enabled", "false"), ("Logging:LogLevel:Tiffin", "Warning"), ("SOME_PROGRAM", "x"));

        log.Split('\n').Where(line => line.Contains("The setting ")).Select(line => line.Split(' ')[3]).Order()
            .ShouldBe(["Broker__Exchange__Name", "Commit__QueueMx", "Erasure__Days", "Limits__Admin__Brst"]);
    }

    [Theory]
    [InlineData("Commit:QueueMax", "many", "'many' at 'Commit__QueueMax'")]
    [InlineData("Commit:Deadline", "25:61:00", "'25:61:00' at 'Commit__Deadline'")]
    [InlineData("Limits:Kitchen:Burst", "lots", "'lots' at 'Limits__Kitchen__Burst'")]
    [InlineData("Broker:Url", "http://broker", "Broker__Url contains an invalid URL")]
    [InlineData("Broker:Url", ",", "Broker__Url contains no URL; expected 'amqp://")]
    [InlineData("Access:TrustedProxies:0", "proxy.example", "'proxy.example' is neither an address nor a network")]
    public async Task A_setting_with_which_the_server_cannot_start_is_named_without_a_stack_trace(
        string key, string value, string said)
    {
        var database = await PostgresFixture.CreateDatabase();
        await ServerProcess.AdminKey(database);
        var (code, _, errors) = await Tool.Run("dotnet",
            $"{ServerProcess.Program}tiffin.dll serve --{key}={value} \"--ConnectionStrings:Tiffin={database}\"");

        errors.ShouldContain(said);
        errors.Trim().Split('\n').Length.ShouldBe(1, errors);
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_command_without_a_database_names_the_setting_without_a_stack_trace()
    {
        var (code, _, errors) = await Tool.Run("dotnet", $"{ServerProcess.Program}tiffin.dll migrate");

        errors.ShouldStartWith("No database: set ConnectionStrings__Tiffin");
        errors.Trim().Split('\n').Length.ShouldBe(1, errors);
        code.ShouldBe(1);
    }

    /// <summary>Otherwise settings could be missing from the reference, and unknown ones could go unreported.</summary>
    [Fact]
    public void Every_section_is_bound_in_one_place() =>
        Repository.Sources("src/Tiffin").Where(file => Repository.Text(file).Contains("GetSection("))
            .ShouldBe(["src/Tiffin/Engine/Hosting/Settings.cs"]);

    static string Build(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        foreach (var (key, value) in settings.Append(("ConnectionStrings:Tiffin", "Host=not-used")))
            builder.Configuration[key] = value;
        var log = LogSpy.Listening();
        builder.Services.AddSingleton<ILoggerProvider>(log);
        using var app = (IDisposable)Server.Build(builder);
        return log.Text;
    }
}
