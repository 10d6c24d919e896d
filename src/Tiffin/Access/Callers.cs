using Tiffin.Domain;

namespace Tiffin.Access;

/// <summary>Who is calling.</summary>
static class Callers
{
    static readonly Caller everybody = new(Role.Admin, "everybody");

    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? everybody;
}
