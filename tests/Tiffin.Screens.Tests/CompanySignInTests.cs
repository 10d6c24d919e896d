using Microsoft.AspNetCore.Builder;
using Tiffin.Tests.Access;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Signing in with a company account, at the company's OpenID Connect issuer on another site.</summary>
public sealed class CompanySignInTests(CompanySignInTests.Company company)
    : ScreenTest, IClassFixture<CompanySignInTests.Company>
{
    public sealed class Company : IAsyncLifetime
    {
        internal TestIssuer Issuer { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Issuer = await TestIssuer.Start("localhost");
            Has("priya", ("role", "manager"), ("kitchens", new[] { "k1" }));
            Has("ravi", ("role", "kitchen"), ("kitchens", new[] { "k2" }));
            Has("guest");
            Has("gardener", ("role", "gardener"));
        }

        public async Task DisposeAsync() => await Issuer.DisposeAsync();

        void Has(string name, params (string Claim, object Value)[] claims) => Issuer.People[name] = token =>
        {
            token.Claims["sub"] = name;
            foreach (var (claim, value) in claims) token.Claims[claim] = value;
        };
    }

    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Configuration["Access:Jwt:Authority"] = company.Issuer.Address;
        builder.Configuration["Access:Jwt:RequireHttps"] = "false";
        builder.Configuration["Access:SignIn:ClientId"] = TestIssuer.ClientId;
    }

    [Theory]
    [InlineData("priya", "manager", "k1", "k2", true)]
    [InlineData("ravi", "kitchen", "k2", "k1", false)]
    public async Task A_person_comes_back_with_the_role_and_kitchens_of_their_claims_and_signs_out(
        string name, string role, string kitchen, string other, bool seesTheChain)
    {
        var page = await GoToTheCompany("/start");
        await Enter(page, name);

        await Expect(page).ToHaveURLAsync("/start");
        await Expect(page.GetByText($"Signed in as {role}")).ToBeVisibleAsync();
        await Expect(Link(page, $"Kitchen board {kitchen}")).ToBeVisibleAsync();
        await Expect(Link(page, $"Kitchen board {other}")).ToHaveCountAsync(0);
        await Expect(Link(page, "Operations")).ToHaveCountAsync(seesTheChain ? 1 : 0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync("/sign-in");
        await page.GotoAsync("/start");
        await Expect(page).ToHaveURLAsync("/sign-in?returnTo=%2Fstart");
    }

    [Fact]
    public async Task The_screen_that_was_asked_for_opens_after_the_sign_in()
    {
        var page = await GoToTheCompany("/stock/k2?tab=waste");
        await Enter(page, "ravi");

        await Expect(page).ToHaveURLAsync("/stock/k2?tab=waste");
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "Waste" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_person_without_a_role_reads_that_there_is_no_screen_for_them()
    {
        var page = await GoToTheCompany("/start");
        await Enter(page, "guest");

        await Expect(page.GetByText("Signed in as customer")).ToBeVisibleAsync();
        await Expect(page.GetByText("There is no screen for your role. Ask your administrator")).ToBeVisibleAsync();
    }

    // Fails if the response is the one for programs: the browser then shows JSON, at an address with a used code.
    [Fact]
    public async Task An_unknown_role_is_explained_on_the_sign_in_page()
    {
        var page = await GoToTheCompany("/operations");
        await Enter(page, "gardener");

        await ShouldBeBack(page, "Your company account has no role that can sign in here.");
        await Expect(page).ToHaveURLAsync("/sign-in?why=account&returnTo=%2Foperations");
        await ToTheCompany(page).ClickAsync();
        await Enter(page, "priya");
        await Expect(page).ToHaveURLAsync("/operations");
    }

    [Fact]
    public async Task A_person_who_cancels_the_company_sign_in_can_use_a_key()
    {
        var page = await GoToTheCompany("/start");
        await Link(page, "Cancel").ClickAsync();

        await ShouldBeBack(page, "You are not signed in: the sign-in with your company account was not completed.");
        await page.GetByLabel("Access key").FillAsync(Server.AdminKey);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByText("Signed in as administrator")).ToBeVisibleAsync();
    }

    async Task<IPage> GoToTheCompany(string screen)
    {
        var visitor = (await Visit(Device.Tablet)).MayGoTo(new Uri(company.Issuer.Address));
        await visitor.Page.GotoAsync(screen);
        await ToTheCompany(visitor.Page).ClickAsync();
        await Expect(visitor.Page).ToHaveTitleAsync("Your company");
        return visitor.Page;
    }

    static async Task Enter(IPage page, string name)
    {
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    static async Task ShouldBeBack(IPage page, string why)
    {
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(why);
    }

    static ILocator ToTheCompany(IPage page) => Link(page, "Sign in with your company account");

    static ILocator Link(IPage page, string name) => page.GetByRole(AriaRole.Link, new() { Name = name });
}
