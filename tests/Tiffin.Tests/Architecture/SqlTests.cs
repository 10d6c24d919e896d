using System.Text.RegularExpressions;

namespace Tiffin.Tests.Architecture;

public sealed partial class SqlTests
{
    [Fact]
    public void Statements_name_the_values_of_enums()
    {
        var numbers =
            from file in Repository.Sources("src")
            from literal in Literal().Matches(Repository.Text(file))
            where Statement().IsMatch(literal.Value)
            from number in Number().Matches(literal.Value)
            select $"{file}: {number.Value}";

        numbers.ShouldBeEmpty("interpolate the enum's value, such as {OrderStatus.Placed:d}");
    }

    [Theory]
    [InlineData("state = 0", true)]
    [InlineData("d.state + 0 <> 1", true)]
    [InlineData("type IN (31, 32)", true)]
    [InlineData("status = {OrderStatus.Placed:d}", false)]
    [InlineData("attempts = 0", false)]
    public void A_number_that_is_an_enum_is_found(string condition, bool isFound) =>
        Number().IsMatch(condition).ShouldBe(isFound);

    [GeneratedRegex("""
        \"{3}[\s\S]*?\"{3}|"(?:[^"\\\n]|\\.)*"
        """)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE)\b")]
    private static partial Regex Statement();

    [GeneratedRegex(@"\b(type|status|state|kind|acceptance|role|mode|channel)( \+ 0)?\s*(=|<>|<=?|>=?|IN \()\s*\d")]
    private static partial Regex Number();
}
