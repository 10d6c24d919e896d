using Tiffin.Cli;

namespace Tiffin.Tests.Cli;

public sealed class KeyCommandTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("2147483647")]
    public void A_key_that_is_expired_from_the_start_or_never_expires_in_effect_is_not_created(string days) =>
        KeyCommand.Create().Parse(["create", "--role", "admin", "--days", days]).Errors
            .Select(error => error.Message)
            .ShouldBe(["--days must be 1 to 36500; leave it out for a key that does not expire."]);

    [Theory]
    [InlineData("--days", "30")]
    [InlineData("--label", "for the office")]
    public void A_key_may_expire_later_or_never(string option, string value) =>
        KeyCommand.Create().Parse(["create", "--role", "admin", option, value]).Errors.ShouldBeEmpty();
}
