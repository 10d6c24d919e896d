using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Tiffin.Screens.Tests;

/// <summary>A test of screens in a real browser, on a real server with the small chain or another one.</summary>
public abstract class ScreenTest : IAsyncLifetime
{
    const string unseenFocus = """
        () => {
          const { activeElement: focused, body } = document;
          if (!focused || focused === body) return "";
          const { outlineStyle, outlineWidth } = getComputedStyle(focused);
          return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 ? "" : focused.outerHTML.slice(0, 200);
        }
        """;

    readonly List<Visitor> visitors = [];
    readonly LogSpy log = LogSpy.Listening();

    protected TestServer Server { get; private set; } = null!;

    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    protected virtual Task OpenChain() => SmallChain.Open(Server);

    public async Task InitializeAsync()
    {
        Server = await TestServer.Start(configure: builder =>
        {
            builder.Logging.AddProvider(log);
            Configure(builder);
        });
        await OpenChain();
    }

    public async Task DisposeAsync()
    {
        var faults = visitors.SelectMany(visitor => visitor.Faults).ToList();
        foreach (var visitor in visitors) await visitor.DisposeAsync();
        await Server.DisposeAsync();
        faults.ShouldBeEmpty(string.Join('\n', [.. visitors.SelectMany(visitor => visitor.Refusals), log.Text]));
    }

    /// <summary>
    /// Starts a server at the address of the stopped one, on its database. It must outlive the visitors, which would
    /// otherwise record failed requests.
    /// </summary>
    protected async Task StartAgain()
    {
        var address = $"{Server.Address}";
        Server = await TestServer.Start(
            Server.ConnectionString, builder =>
            {
                builder.Configuration["urls"] = address;
                builder.Logging.AddProvider(log);
            });
    }

    /// <summary>A success notice disappears after some seconds, so the wait for it begins before the action.</summary>
    protected static async Task ShouldSay(IPage page, string news, Func<Task> act)
    {
        var said = Assertions.Expect(page.GetByText(news)).ToBeVisibleAsync();
        await act();
        await said;
    }

    /// <summary>Presses Tab until the target has the focus; each element on the way must show its focus.</summary>
    protected static async Task TabTo(IPage page, ILocator target)
    {
        await Assertions.Expect(target).ToBeVisibleAsync();
        for (var tabs = 0; tabs < 60; tabs++)
        {
            if (await target.EvaluateAsync<bool>("one => one === document.activeElement")) return;
            await page.Keyboard.PressAsync("Tab");
            (await page.EvaluateAsync<string>(unseenFocus)).ShouldBeEmpty("has the focus without showing it");
        }
        throw new ShouldAssertException($"{target} cannot be reached with Tab");
    }

    protected static async Task TabAndPress(IPage page, ILocator button)
    {
        await TabTo(page, button);
        await page.Keyboard.PressAsync("Enter");
    }

    private protected async Task<Visitor> Visit(Device device)
    {
        var visitor = await Visitor.Arrive(Server.Address, device);
        visitors.Add(visitor);
        return visitor;
    }
}
