using Tiffin.Domain;

namespace Tiffin.Edge;

/// <summary>Money in request bodies. A class, because a missing property of a struct would be read as 0.</summary>
sealed record MoneyBody(long Amount, string Currency)
{
    public static MoneyBody Of(Money money) => new(money.Amount, money.Currency);

    public Money ToMoney() => new(Amount, Currency);
}
