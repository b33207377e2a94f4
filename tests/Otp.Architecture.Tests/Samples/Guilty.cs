// Types that break the rules on purpose: each rule must catch its own.
#pragma warning disable CA1051, CA1822, CA1852, CA1305, IDE0051, IDE0052
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Otp.Api.Controllers;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence;

namespace Otp.Architecture.Tests.Samples
{
    internal sealed class DomainThatKnowsTheMediator : INotification;

    internal sealed class DomainThatCallsTheNetworkInALambda
    {
        public Func<Task<string>> Fetch { get; } = () => new HttpClient().GetStringAsync(new Uri("http://localhost"));
    }

    internal sealed class ApplicationThatQueriesInAnAsyncMethod
    {
        public async Task<int> CountAsync(object context) => await ((OtpDbContext)context).EmailVerifications.CountAsync();
    }

    internal sealed class ApplicationThatKnowsHttp
    {
        public string? Read(object context) => (context as Microsoft.AspNetCore.Http.HttpContext)?.TraceIdentifier;
    }

    internal sealed class InfrastructureThatKnowsControllers
    {
        public Type Controller => typeof(ControllerBase);
    }

    internal sealed class ProviderUserOutsideItsFolder
    {
        public bool IsDuplicate(Exception exception) => exception is Npgsql.PostgresException { SqlState: "23505" };
    }

    internal sealed class ProviderAskerOutsideItsFolder(DbContext context)
    {
        public bool IsPostgres => context.Database.IsNpgsql();
    }

    internal sealed class ApiThatQueries(OtpDbContext context)
    {
        public IQueryable<EmailVerification> All => context.EmailVerifications.AsNoTracking();
    }

    internal sealed class ApiThatUsesARepository(IEmailVerificationRepository repository)
    {
        public IEmailVerificationRepository Repository => repository;
    }

    internal class UnsealedType;

    public sealed class PublicProfile : AutoMapper.Profile;

    internal class UnsealedHandler : IRequestHandler<PingCommand, Result>
    {
        public Task<Result> Handle(PingCommand request, CancellationToken cancellationToken) => Task.FromResult(Result.Success);
    }

    internal sealed record PingCommand : ICommand<Result>;

    internal sealed record Ping : ICommand<Result>;

    internal sealed record PingRequest : IQuery<Result>;

    internal sealed class PingProcessor : IRequestHandler<Ping, Result>
    {
        public Task<Result> Handle(Ping request, CancellationToken cancellationToken) => Task.FromResult(Result.Success);
    }

    internal sealed class PingRules : AbstractValidator<PingCommand>;

    internal static class PingProblems
    {
        public static DomainError NotFound { get; } = new("Ping.NotFound", ErrorKind.NotFound, "none");

        public static DomainError Other() => NotFound;
    }

    internal class OpenAggregate : AggregateRoot
    {
        public int Number = 1;

        public OpenAggregate()
        {
        }

        public string Name { get; set; } = "";

        public EmailVerification? Other { get; private set; }

        public void Touch(TimeProvider time) => RecordChange(time.GetUtcNow());
    }

    internal sealed class FatController(IEmailVerificationRepository repository) : ControllerBase
    {
        private int _calls;

        public async Task<string> Get(string id)
        {
            try
            {
                _calls++;
                var found = await repository.FindAsync(id, CancellationToken.None);
                return found is null ? "none" : found.IsVerified ? $"yes {_calls}" : $"no {_calls}";
            }
            catch (InvalidOperationException)
            {
                return "error";
            }
        }
    }

    internal sealed class BusyController : OtpController
    {
        public string Get(string text)
        {
            var result = "";
            foreach (var c in text)
            {
                result += char.IsDigit(c) ? c.ToString() : char.IsLetter(c) ? char.ToUpperInvariant(c).ToString() : "?";
            }

            return result.Length > 10 ? result[..10] + result.Length : result + "short" + text.Length + result.GetHashCode(StringComparison.Ordinal);
        }
    }

    internal sealed class GenericRepository<T>(DbContext context)
        where T : class
    {
        public IQueryable<T> Query() => context.Set<T>();

        public Task SaveAsync() => context.SaveChangesAsync();
    }

    internal sealed class OpenDto
    {
        public string Name { get; set; } = "";

        public EmailVerification? Verification { get; init; }
    }
}

namespace Otp.Architecture.Tests.Samples.Helpers
{
    internal sealed class StringHelper;
}
