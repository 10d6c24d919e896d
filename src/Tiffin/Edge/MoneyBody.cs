using Tiffin.Domain;

namespace Tiffin.Edge;

/// <summary>Money as it is read: a class, since a member that is missing from a struct is taken for 0.</summary>
public sealed record MoneyBody(long Amount, string Currency)
{
    public static MoneyBody Of(Money money) => new(money.Amount, money.Currency);

    public Money ToMoney() => new(Amount, Currency);
}
