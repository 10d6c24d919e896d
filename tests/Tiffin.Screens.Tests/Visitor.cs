using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace Tiffin.Screens.Tests;

/// <summary>
/// A person at a screen. Faults of the page are recorded, and fail the test at its end: errors on the console,
/// violations of the content security policy, failed requests, and requests to another host.
/// </summary>
sealed class Visitor : IAsyncDisposable
{
    // Chromium repeats on the console the failures that are recorded from responses.
    const string FailedResource = "Failed to load resource";

    // The failure of streams and requests that end with their page.
    const string Aborted = "net::ERR_ABORTED";

    readonly IBrowserContext context;
    readonly HashSet<string> hosts = [];
    readonly HashSet<string> expected = [];
    readonly List<string> faults = [];
    readonly ConcurrentQueue<string> refusals = [];

    Visitor(IBrowserContext context, IPage page) => (this.context, Page) = (context, page);

    public IPage Page { get; }

    public IBrowserContext Context => context;

    /// <summary>The bodies of responses with an error status, as far as the browser still had them.</summary>
    public IReadOnlyCollection<string> Refusals => refusals;

    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (faults) return [.. faults.Where(fault => !expected.Contains(fault))];
        }
    }

    public static async Task<Visitor> Arrive(Uri server, Device device)
    {
        var context = await (await Chromium.Browser).NewContextAsync(device.Context(server));
        await context.AddInitScriptAsync("""
            addEventListener("securitypolicyviolation", e => console.error("CSP", e.violatedDirective, e.blockedURI));
            """);
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        var visitor = new Visitor(context, await context.NewPageAsync()).MayGoTo(server);
        visitor.Watch();
        return visitor;
    }

    /// <summary>Faults that the test provokes, such as <c>401 POST /v1/session</c>.</summary>
    public Visitor Expect(params string[] provoked)
    {
        lock (faults) expected.UnionWith(provoked);
        return this;
    }

    /// <summary>Requests to this host are not a fault.</summary>
    public Visitor MayGoTo(Uri host)
    {
        hosts.Add(host.Authority);
        return this;
    }

    /// <summary>Gives the browser a session cookie, without the sign-in page.</summary>
    public async Task SignIn(string key)
    {
        var answer = await context.APIRequest.PostAsync("/v1/session", new()
        {
            Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        });
        answer.Status.ShouldBe(201);
    }

    // Rules that pass are not reported: listing their elements takes longer than running the rules.
    static readonly AxeRunOptions violations = new() { ResultTypes = [ResultType.Violations] };

    /// <summary>The violations that axe finds on the page in its current state.</summary>
    public async Task<IReadOnlyList<string>> AxeViolations()
    {
        var result = await Page.RunAxe(violations);
        return
        [
            .. result.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Id}: {node.Html}")),
        ];
    }

    /// <summary>The number of pixels by which the page is wider than the screen.</summary>
    public Task<int> HorizontalOverflow() =>
        Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)");

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    void Watch()
    {
        Page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith(FailedResource, StringComparison.Ordinal))
                Record($"console: {message.Text}");
        };
        Page.PageError += (_, error) => Record($"error: {error}");
        Page.Request += (_, request) =>
        {
            var address = new Uri(request.Url);
            if (address.Scheme is "http" or "https" && !hosts.Contains(address.Authority))
                Record($"another host: {request.Url}");
        };
        Page.RequestFailed += (_, request) =>
        {
            if (request.Failure != Aborted) Record($"{request.Failure}: {Name(request)}");
        };
        Page.Response += async (_, response) =>
        {
            if (response.Status < 400) return;
            Record($"{response.Status} {Name(response.Request)}");
            try
            {
                refusals.Enqueue($"{response.Url}: {await response.TextAsync()}");
            }
            catch (PlaywrightException)
            {
                // The page or its context is gone, and the body with it.
            }
        };
    }

    static string Name(IRequest request) => $"{request.Method} {new Uri(request.Url).AbsolutePath}";

    void Record(string fault)
    {
        lock (faults) faults.Add(fault);
    }
}
