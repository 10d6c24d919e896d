using System.Net;
using Tiffin.Features.Notifications;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Deploy;

/// <summary>Compares the manifests that kubectl renders with the policy and with the code.</summary>
public sealed class KubernetesTests
{
    static readonly string[] kinds =
    [
        "ConfigMap", "Deployment", "HorizontalPodAutoscaler", "Job", "NetworkPolicy", "PodDisruptionBudget", "Service",
        "ServiceMonitor",
    ];

    public static TheoryData<string> Overlays => new("development", "production");

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Everything_is_there_once_and_in_the_overlays_own_namespace(string overlay)
    {
        var all = await Render(overlay);

        all.Select(one => one["kind"].ToString()).Order().ShouldBe(kinds);
        all.Select(one => one["metadata"]["namespace"].ToString()).Distinct().ShouldHaveSingleItem()
            .ShouldStartWith("tiffin");
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task No_container_can_do_more_than_it_needs(string overlay)
    {
        foreach (var pod in Pods(await Render(overlay)))
        {
            var container = pod["containers"].Items.Single();
            pod["securityContext"]["runAsNonRoot"].ToString().ShouldBe("true");
            pod["automountServiceAccountToken"].ToString().ShouldBe("false");
            pod["securityContext"]["seccompProfile"]["type"].ToString().ShouldBe("RuntimeDefault");
            container["securityContext"]["readOnlyRootFilesystem"].ToString().ShouldBe("true");
            container["securityContext"]["allowPrivilegeEscalation"].ToString().ShouldBe("false");
            container["securityContext"]["capabilities"]["drop"].Items.Single().ToString().ShouldBe("ALL");
            container["resources"]["limits"]["memory"].Exists.ShouldBeTrue();
            container["resources"]["requests"]["cpu"].Exists.ShouldBeTrue();
            container["resources"]["requests"]["memory"].Exists.ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task The_manifests_match_the_schemas_of_Kubernetes(string overlay) =>
        (await Interop.Run("kubernetes.mjs", await RenderText(overlay))).ShouldBeEmpty();

    [Fact]
    public async Task The_schemas_detect_missing_misspelled_and_wrongly_typed_fields()
    {
        var wrong = (await RenderText("production")).Replace("maxReplicas: 12", "minReplica: 1")
            .Replace("failureThreshold: 30", "failureThreshold: often").Replace("interval: 15s", "intervall: 15s");

        (await Interop.Run("kubernetes.mjs", wrong)).ShouldBe(
        [
            "HorizontalPodAutoscaler: /spec must have required property maxReplicas",
            "HorizontalPodAutoscaler: /spec/minReplica is no field",
            "Deployment: /spec/template/spec/containers/0/startupProbe/failureThreshold must be integer",
            "ServiceMonitor: /spec/endpoints/0/intervall is no field",
        ], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_variable_is_one_that_the_server_reads_and_no_secret_is_in_the_open(string overlay)
    {
        var all = await Render(overlay);
        var plain = Of(all, "ConfigMap")["data"].Members.Select(pair => pair.Name).ToList();
        var variables = Pods(all).SelectMany(pod => pod["containers"].Items.Single()["env"].Items).ToList();

        plain.Concat(variables.Select(variable => variable["name"].ToString()))
            .Where(name => !Setting.IsRead(name)).ShouldBeEmpty();
        variables.ShouldAllBe(variable => variable["valueFrom"]["secretKeyRef"].Exists);
        plain.Where(name => name.Contains("Key") || name.Contains("Password") || name.Contains("ConnectionStrings"))
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task A_node_is_given_the_time_to_drain_after_the_cluster_has_seen_that_it_is_not_ready(string overlay)
    {
        var all = await Render(overlay);
        var pod = Of(all, "Deployment")["spec"]["template"]["spec"];
        var settings = Of(all, "ConfigMap")["data"];
        var (drain, grace) = (Seconds(settings["Shutdown__DrainDelay"]), Seconds(settings["Shutdown__GracePeriod"]));
        var given = int.Parse(pod["terminationGracePeriodSeconds"].ToString());

        (drain + grace).ShouldBeLessThan(given);
        var probe = pod["containers"].Items.Single()["readinessProbe"];
        if (overlay == "production")
            drain.ShouldBeGreaterThan(
                int.Parse(probe["periodSeconds"].ToString()) * int.Parse(probe["failureThreshold"].ToString()));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Each_selector_finds_the_server_and_not_the_migration(string overlay)
    {
        var all = await Render(overlay);
        var server = Labels(Of(all, "Deployment"));
        var migration = Labels(Of(all, "Job"));
        Yaml[] selectors =
        [
            Of(all, "Service")["spec"]["selector"],
            Of(all, "Deployment")["spec"]["selector"]["matchLabels"],
            Of(all, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        ];

        foreach (var selector in selectors)
        {
            Matches(selector, server).ShouldBeTrue();
            Matches(selector, migration).ShouldBeFalse();
        }
        var isolated = Of(all, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"];
        Matches(isolated, server).ShouldBeTrue();
        Matches(isolated, migration).ShouldBeTrue();
        var watched = Of(all, "ServiceMonitor")["spec"]["selector"]["matchLabels"];
        Matches(watched, [.. Of(all, "Service")["metadata"]["labels"].Members.Select(Pair)]).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Only_the_migration_is_the_databases_owner(string overlay)
    {
        var all = await Render(overlay);

        Database(Of(all, "Job")).ShouldBe("owner");
        Database(Of(all, "Deployment")).ShouldBe("database");
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task A_node_may_call_what_it_needs_and_only_known_clients_may_call_it(string overlay)
    {
        var policy = Of(await Render(overlay), "NetworkPolicy")["spec"];
        var open = policy["egress"].Items.SelectMany(rule => rule["ports"].Items)
            .Select(port => port["port"].ToString()).ToList();

        policy["policyTypes"].Items.Select(type => type.ToString()).ShouldBe(["Ingress", "Egress"]);
        policy["ingress"].Items.ShouldAllBe(rule => rule["from"].Items.Any() && rule["ports"].Items.Any());
        new WebhookOptions().AllowedPorts.Select(port => $"{port}").Except(open).ShouldBeEmpty();
        // Mail with STARTTLS and with implicit TLS, OTLP over gRPC and over HTTP, the broker.
        string[] others = [$"{new SmtpOptions().Port}", "465", "4317", "4318", "5671"];
        others.Except(open).ShouldBeEmpty();
        open.Contains("5672").ShouldBe(overlay == "development");
    }

    [Fact]
    public async Task Production_survives_the_loss_of_a_zone_and_an_update_of_a_machine()
    {
        var all = await Render("production");

        int.Parse(Of(all, "HorizontalPodAutoscaler")["spec"]["minReplicas"].ToString()).ShouldBeGreaterThanOrEqualTo(3);
        Of(all, "PodDisruptionBudget")["spec"]["maxUnavailable"].ToString().ShouldBe("1");
        Of(all, "Deployment")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"].ToString().ShouldBe("0");
        var spread = Of(all, "Deployment")["spec"]["template"]["spec"]["topologySpreadConstraints"].Items.Single();
        spread["whenUnsatisfiable"].ToString().ShouldBe("DoNotSchedule");
        spread["topologyKey"].ToString().ShouldBe("topology.kubernetes.io/zone");
    }

    [Fact]
    public async Task The_paths_that_are_probed_and_the_metric_that_scales_exist()
    {
        var all = await Render("production");
        var container = Of(all, "Deployment")["spec"]["template"]["spec"]["containers"].Items.Single();
        var paths = new[] { "startupProbe", "livenessProbe", "readinessProbe" }
            .Select(probe => container[probe]["httpGet"]["path"].ToString())
            .Append(Of(all, "ServiceMonitor")["spec"]["endpoints"].Items.Single()["path"].ToString());
        await using var server = await TestServer.Start();

        foreach (var path in paths)
            (await server.Client.GetAsync(path)).StatusCode.ShouldNotBe(HttpStatusCode.NotFound, path);
        var scaling = Of(all, "HorizontalPodAutoscaler")["spec"]["metrics"].Items.Last();
        (await server.Client.GetStringAsync("/metrics"))
            .ShouldContain($"\n{scaling["pods"]["metric"]["name"]}{{}} ");
        container["ports"].Items.Single()["containerPort"].ToString().ShouldBe("8080");
    }

    static async Task<IReadOnlyList<Yaml>> Render(string overlay) => Yaml.Documents(await RenderText(overlay));

    static async Task<string> RenderText(string overlay)
    {
        var folder = Path.Combine(Repository.Root, "deploy/kubernetes/overlays", overlay);
        var (exitCode, output, errors) = await Tool.Run("kubectl", $"kustomize {folder}");
        exitCode.ShouldBe(0, errors);
        return output;
    }

    static Yaml Of(IReadOnlyList<Yaml> all, string kind) => all.Single(one => one["kind"].ToString() == kind);

    static IEnumerable<Yaml> Pods(IReadOnlyList<Yaml> all) =>
        all.Where(one => one["kind"].ToString() is "Deployment" or "Job")
            .Select(one => one["spec"]["template"]["spec"]);

    /// <summary>The entry of the secret from which a workload takes its connection string.</summary>
    static string Database(Yaml workload) => workload["spec"]["template"]["spec"]["containers"].Items.Single()["env"]
        .Items.Single(variable => variable["name"].ToString() == "ConnectionStrings__Tiffin")
        ["valueFrom"]["secretKeyRef"]["key"].ToString();

    static (string, string)[] Labels(Yaml workload) =>
        [.. workload["spec"]["template"]["metadata"]["labels"].Members.Select(Pair)];

    static (string, string) Pair((string Name, Yaml Value) member) => (member.Name, member.Value.ToString());

    static bool Matches(Yaml selector, (string, string)[] labels) =>
        selector.Members.Any() && selector.Members.All(member => labels.Contains(Pair(member)));

    static double Seconds(Yaml time) => TimeSpan.Parse(time.ToString()).TotalSeconds;
}
