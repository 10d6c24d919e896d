using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Npgsql;
using Tiffin.Edge;
using Tiffin.Engine.Storage;
using Tiffin.Features.Health;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Deploy;

/// <summary>
/// Compares the Dockerfile, compose.yaml and the proxy's configuration with the code and with each other.
/// </summary>
public sealed partial class ContainerFilesTests
{
    static readonly string dockerfile = Repository.Text("deploy/Dockerfile");
    static readonly string proxy = Repository.Text("deploy/haproxy.cfg");
    static readonly Yaml compose = Yaml.File("compose.yaml");

    static IEnumerable<(string Name, Yaml Service)> Ours =>
        compose["services"].Members.Where(one => one.Value["image"].ToString() == "tiffin");

    [Fact]
    public void Every_variable_that_is_set_is_one_that_the_server_reads()
    {
        var set = Environment().Matches(dockerfile).SelectMany(line => line.Groups[1].Value.Split(' '))
            .Select(pair => pair.Split('=')[0])
            .Concat(Ours.SelectMany(one => one.Service["environment"].Members).Select(pair => pair.Name)).ToList();

        set.Count.ShouldBeGreaterThan(10);
        set.Where(variable => !Setting.IsRead(variable)).ShouldBeEmpty();
        Setting.IsRead("Shutdown__DrianDelay").ShouldBeFalse();
    }

    [Fact]
    public void Every_file_that_is_copied_or_mounted_is_there()
    {
        var copied = Copied().Matches(dockerfile).SelectMany(line => line.Groups[1].Value.Split(' ')[..^1]).ToList();
        var mounted = compose["services"].Members.SelectMany(one => one.Value["volumes"].Items)
            .Select(volume => volume.ToString().Split(':')[0]).Where(source => source.StartsWith('.')).ToList();

        copied.Count.ShouldBeGreaterThan(5);
        mounted.Count.ShouldBeGreaterThan(3);
        copied.Concat(mounted).Where(path => !Path.Exists(Path.Combine(Repository.Root, path))).ShouldBeEmpty();
        var sent = Repository.Lines(".dockerignore").Where(line => line.StartsWith('!')).Select(line => line[1..]);
        copied.Where(path => !sent.Any(path.StartsWith)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_command_is_one_of_the_programs()
    {
        var known = Repository.Sources("src/Tiffin/Cli")
            .SelectMany(file => Command().Matches(Repository.Text(file)), (_, match) => match.Groups[1].Value).ToList();
        var used = Ours.Select(one => one.Service["command"].Items.FirstOrDefault()?.ToString()).OfType<string>()
            .Concat(Arguments().Matches(dockerfile).Select(match => match.Groups[1].Value));

        used.ShouldBe(["migrate", "import", "serve", "health"], ignoreOrder: true);
        used.Except(known).ShouldBeEmpty();
    }

    [Fact]
    public void All_agree_on_the_port_and_on_the_nodes()
    {
        var port = Regex.Match(dockerfile, "HTTP_PORTS=([0-9]+)").Groups[1].Value;
        var nodes = Ours.Where(one => !one.Service["command"].Exists).Select(one => $"{one.Name}:{port}").ToList();

        Regex.Match(dockerfile, "EXPOSE ([0-9]+)").Groups[1].Value.ShouldBe(port);
        nodes.Count.ShouldBe(2);
        Regex.Matches(proxy, @"server node-\d (\S+)").Select(match => match.Groups[1].Value).ShouldBe(nodes);
        Yaml.File("deploy/prometheus/prometheus.yml")["scrape_configs"].Items.First()["static_configs"].Items.Single()
            ["targets"].Items.Select(target => target.ToString()).ShouldBe(nodes);
    }

    [Fact]
    public void Nodes_connect_as_the_role_that_owns_nothing()
    {
        var roles = Repository.Text("deploy/roles.sql");
        foreach (var (name, ours) in Ours)
        {
            var address = new NpgsqlConnectionStringBuilder(
                ours["environment"]["ConnectionStrings__Tiffin"].ToString());
            var isNode = !ours["command"].Exists;

            (address.Username == Migrator.ApplicationRole).ShouldBe(isNode, name);
            if (isNode) roles.ShouldContain($"CREATE ROLE {address.Username} LOGIN PASSWORD '{address.Password}'");
        }
    }

    [Fact]
    public void A_node_drains_for_longer_than_the_proxy_needs_to_see_it_and_is_given_the_time()
    {
        var check = Regex.Match(proxy, @"inter (\d+)s fall (\d+)");
        var seen = Number(check.Groups[1]) * Number(check.Groups[2]);
        foreach (var (_, node) in Ours.Where(one => !one.Service["command"].Exists))
        {
            var drain = TimeSpan.Parse(
                node["environment"]["Shutdown__DrainDelay"].ToString(), CultureInfo.InvariantCulture);
            var given = int.Parse(node["stop_grace_period"].ToString().TrimEnd('s'), CultureInfo.InvariantCulture);

            drain.TotalSeconds.ShouldBeGreaterThan(seen);
            (drain + new ShutdownOptions().GracePeriod).TotalSeconds.ShouldBeLessThan(given);
        }
    }

    [Fact]
    public void The_proxy_waits_for_longer_than_a_stream_is_silent() =>
        Number(Regex.Match(proxy, @"timeout server (\d+)s").Groups[1])
            .ShouldBeGreaterThan(2 * (int)new TrackingOptions().HeartbeatInterval.TotalSeconds);

    [Fact]
    public async Task The_paths_that_the_proxy_knows_exist()
    {
        await using var server = await TestServer.Start();
        foreach (Match path in Regex.Matches(proxy, @"(?:GET|lower) (/\S+)"))
            (await server.Client.GetAsync(path.Groups[1].Value)).StatusCode.ShouldNotBe(HttpStatusCode.NotFound);
    }

    static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^ENV (.+)$", RegexOptions.Multiline)]
    private static partial Regex Environment();

    [GeneratedRegex("^COPY (?!--from)(.+)$", RegexOptions.Multiline)]
    private static partial Regex Copied();

    [GeneratedRegex("new Command\\(\\s*\"(\\w+)\"")]
    private static partial Regex Command();

    [GeneratedRegex("CMD \\[(?:\"/app/tiffin\", )?\"(\\w+)\"\\]")]
    private static partial Regex Arguments();
}
